import { describe, expect, it } from 'vitest';
import { slugOf } from '../../src/report/trial-groups.js';

describe('a slug', () => {
  it('has letters, digits and dots in lower case, and a hyphen for all between them', () => {
    expect(slugOf('openai/CLIP_vit-B16 v1.5 (fine-tuned)!')).toBe('openai-clip-vit-b16-v1.5-fine-tuned');
  });

  it('keeps the letters of every script', () => {
    expect(slugOf('猫分类-图像')).toBe('猫分类-图像');
    expect(slugOf('Модель 7')).toBe('модель-7');
    expect(slugOf('हिन्दी चित्र')).toBe('हिन्दी-चित्र');
  });

  it('is the same however the letters of a name are composed', () => {
    expect(slugOf('cafe\u0301')).toBe(slugOf('caf\u00e9'));
    expect(slugOf('ｖｉｔ')).toBe('vit');
  });

  it('shows everything that is in it', () => {
    expect(slugOf('❤\ufe0f clip\u200d\u00adb16')).toBe('clipb16');
  });

  it('stays short enough for a file, and whole in its letters', () => {
    expect(slugOf('a'.repeat(300))).toBe('a'.repeat(200));
    const long = slugOf(`x${'猫'.repeat(300)}`);
    expect(long).toBe(`x${'猫'.repeat(66)}`);
    expect(slugOf(`${'a'.repeat(199)} b`)).toBe('a'.repeat(199));
  });
});
