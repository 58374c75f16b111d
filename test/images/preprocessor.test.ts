import { describe, expect, it } from 'vitest';
import { outputSize, parsePreprocessor } from '../../src/images/preprocessor.js';

describe('preprocessor_config.json', () => {
  it('has the defaults of the class it names', () => {
    const clip = parsePreprocessor({ image_processor_type: 'CLIPImageProcessor' });
    expect(clip.resize).toEqual({ size: { shortestEdge: 224 }, filter: 'bicubic' });
    expect(clip.centerCrop).toEqual({ width: 224, height: 224 });
    const vit = parsePreprocessor({ image_processor_type: 'ViTImageProcessorFast' });
    expect(vit.resize).toEqual({ size: { width: 224, height: 224 }, filter: 'bilinear' });
    expect(vit.centerCrop).toBeUndefined();
    expect(vit.normalize).toEqual({ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
    const dinov2 = parsePreprocessor({
      image_processor_type: 'BitImageProcessor',
      size: { shortest_edge: 256 },
    });
    expect(dinov2.resize?.size).toEqual({ shortestEdge: 256 });
    expect(outputSize(dinov2)).toEqual({ width: 224, height: 224 });
  });

  it('reads a bare number as an edge for CLIP and as a square for ViT and DeiT', () => {
    const edge = parsePreprocessor({
      feature_extractor_type: 'CLIPFeatureExtractor',
      size: 336,
      crop_size: 336,
    });
    expect(edge.resize?.size).toEqual({ shortestEdge: 336 });
    expect(edge.centerCrop).toEqual({ width: 336, height: 336 });
    const side = parsePreprocessor({
      feature_extractor_type: 'DeiTFeatureExtractor',
      size: 438,
      crop_size: 384,
    });
    expect(side.resize?.size).toEqual({ width: 438, height: 438 });
  });

  it('leaves out the steps that are switched off', () => {
    const none = { do_resize: false, do_center_crop: false, do_rescale: false, do_normalize: false };
    const preprocessor = parsePreprocessor({ image_processor_type: 'SiglipImageProcessor', ...none });
    expect(preprocessor).toEqual({});
    expect(outputSize(preprocessor)).toBeUndefined();
  });

  it('goes by the model type where the file names no class', () => {
    expect(parsePreprocessor({ size: 224 }, undefined, 'vit').resize?.filter).toBe('bilinear');
    expect(() => parsePreprocessor({ size: 224 }, 'a/preprocessor_config.json')).toThrow(
      'names no image processor',
    );
  });

  it('refuses what it cannot follow, and says what it can', () => {
    expect(() => parsePreprocessor({ image_processor_type: 'ClipImageProcessor' })).toThrow(
      'did you mean CLIPImage',
    );
    expect(() => parsePreprocessor({ image_processor_type: 'ViTImageProcessor', resample: 0 })).toThrow(
      'bilinear',
    );
    expect(() =>
      parsePreprocessor({ image_processor_type: 'ViTImageProcessor', size: { longest_edge: 9 } }),
    ).toThrow('not one that can be followed');
    expect(() => parsePreprocessor('text')).toThrow('not one that can be followed');
  });
});
