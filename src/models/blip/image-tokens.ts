/** Image tokens as the text side reads them: as rows, and as columns, so that either way of multiplying by them finds them laid out well. */
import { transpose } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';

export interface ImageTokens {
  /** [batch, N, C']; or [batch, T, N, C'] where every text token has its own. */
  readonly rows: Tensor;
  /** [batch, C', N]; null where every text token has its own. */
  readonly columns: Tensor | null;
}

/** @param rows [batch, N, C'] */
export function imageTokensOf(rows: Tensor): ImageTokens {
  return { rows, columns: transpose(rows, [0, 2, 1]) };
}
