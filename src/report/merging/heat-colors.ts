/**
 * Viridis in 64 steps from dark to light: few enough to group patches, fine enough to look even.
 *
 * Source: viridis (Smith and van der Walt, 2015; CC0), as the scheme of that name in Vega gives it, which a test holds. It is written out
 * because a page of merging does without Vega.
 */
const STEPS =
  '44015445075a470d6047136648196b481e6f482374482878472d7b46327f453782433c844241864046883e4b893c4f8a' +
  '3b538b39578c375c8d35608d33648e31688e2f6c8e2d708e2c738e2a778e297b8e27808e26838e24878e228b8e218f8d' +
  '21938d20968c1f9a8a1f9d891fa18721a58623a98427ad812bb07f30b47c35b7793cbb7542bf714ac26d52c4695bc864' +
  '63cb5f6dce5976d05380d34d8ad64794d8419fda3aa9dc33b4de2cbfdf25cae120d4e21bdfe41aeae51bf3e620fde725';

/** `#rrggbb`, from dark to light. */
export const HEAT_COLORS: readonly string[] = Array.from(
  { length: 64 },
  (_, step) => `#${STEPS.slice(6 * step, 6 * step + 6)}`,
);
