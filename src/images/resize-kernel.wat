;; The two passes of Pillow's `Image.resize` on 8-bit RGB, four 32-bit lanes at a time.
;;
;; Source: Pillow 11, src/libImaging/Resample.c (ImagingResampleHorizontal_8bpc, ImagingResampleVertical_8bpc).
;; Each output is clamp((2^21 + sum of weight * value) >> 22, 0, 255); weights are integers in units of 2^-22.
;; `bounds` holds two i32 per output: the byte offset of its first tap and its number of taps.
;; `weights` holds `taps` i32 per output; taps beyond the output's own number are not read.
;; Loads and stores touch whole words: every buffer needs 16 spare bytes at its end.
(module
  (memory (export "memory") 1)

  ;; rows x [in, 3] -> rows x [outputs, 3]; one output pixel is one vector (red, green, blue, not used).
  (func (export "horizontal")
    (param $source i32) (param $sourceStride i32) (param $rows i32)
    (param $bounds i32) (param $weights i32) (param $taps i32) (param $outputs i32)
    (param $target i32) (param $targetStride i32)
    (local $pixel i32) (local $end i32) (local $weight i32) (local $weightEnd i32) (local $weightRow i32)
    (local $bound i32) (local $output i32) (local $sum v128)
    (block $done
      (loop $eachRow
        (br_if $done (i32.eqz (local.get $rows)))
        (local.set $output (local.get $target))
        (local.set $end (i32.add (local.get $target) (i32.mul (local.get $outputs) (i32.const 3))))
        (local.set $bound (local.get $bounds))
        (local.set $weightRow (local.get $weights))
        (loop $eachOutput
          (local.set $pixel (i32.add (local.get $source) (i32.load (local.get $bound))))
          (local.set $weight (local.get $weightRow))
          (local.set $weightEnd
            (i32.add (local.get $weight) (i32.shl (i32.load offset=4 (local.get $bound)) (i32.const 2))))
          (local.set $sum (v128.const i32x4 0x200000 0x200000 0x200000 0x200000))
          (loop $eachTap
            (local.set $sum
              (i32x4.add (local.get $sum)
                (i32x4.mul
                  (v128.load32_splat (local.get $weight))
                  (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $pixel)))))))
            (local.set $pixel (i32.add (local.get $pixel) (i32.const 3)))
            (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
            (br_if $eachTap (i32.lt_u (local.get $weight) (local.get $weightEnd))))
          (local.set $sum (i32x4.shr_s (local.get $sum) (i32.const 22)))
          (local.set $sum (i16x8.narrow_i32x4_s (local.get $sum) (local.get $sum)))
          (v128.store32_lane 0 (local.get $output) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
          (local.set $output (i32.add (local.get $output) (i32.const 3)))
          (local.set $bound (i32.add (local.get $bound) (i32.const 8)))
          (local.set $weightRow (i32.add (local.get $weightRow) (i32.shl (local.get $taps) (i32.const 2))))
          (br_if $eachOutput (i32.lt_u (local.get $output) (local.get $end))))
        (local.set $source (i32.add (local.get $source) (local.get $sourceStride)))
        (local.set $target (i32.add (local.get $target) (local.get $targetStride)))
        (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
        (br $eachRow))))

  ;; [in rows, stride] -> [outputs, stride]; sixteen bytes of a row at a time, `stride` a multiple of 16.
  (func (export "vertical")
    (param $source i32) (param $stride i32)
    (param $bounds i32) (param $weights i32) (param $taps i32) (param $outputs i32)
    (param $target i32)
    (local $value i32) (local $column i32) (local $weight i32) (local $weightEnd i32)
    (local $bytes v128) (local $low v128) (local $high v128) (local $factor v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (block $done
      (loop $eachOutput
        (br_if $done (i32.eqz (local.get $outputs)))
        (local.set $weightEnd
          (i32.add (local.get $weights) (i32.shl (i32.load offset=4 (local.get $bounds)) (i32.const 2))))
        (local.set $column (i32.const 0))
        (loop $eachColumn
          (local.set $value
            (i32.add (i32.add (local.get $source) (i32.load (local.get $bounds))) (local.get $column)))
          (local.set $weight (local.get $weights))
          (local.set $a (v128.const i32x4 0x200000 0x200000 0x200000 0x200000))
          (local.set $b (local.get $a))
          (local.set $c (local.get $a))
          (local.set $d (local.get $a))
          (loop $eachTap
            (local.set $factor (v128.load32_splat (local.get $weight)))
            (local.set $bytes (v128.load (local.get $value)))
            (local.set $low (i16x8.extend_low_i8x16_u (local.get $bytes)))
            (local.set $high (i16x8.extend_high_i8x16_u (local.get $bytes)))
            (local.set $a (i32x4.add (local.get $a)
              (i32x4.mul (local.get $factor) (i32x4.extend_low_i16x8_u (local.get $low)))))
            (local.set $b (i32x4.add (local.get $b)
              (i32x4.mul (local.get $factor) (i32x4.extend_high_i16x8_u (local.get $low)))))
            (local.set $c (i32x4.add (local.get $c)
              (i32x4.mul (local.get $factor) (i32x4.extend_low_i16x8_u (local.get $high)))))
            (local.set $d (i32x4.add (local.get $d)
              (i32x4.mul (local.get $factor) (i32x4.extend_high_i16x8_u (local.get $high)))))
            (local.set $value (i32.add (local.get $value) (local.get $stride)))
            (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
            (br_if $eachTap (i32.lt_u (local.get $weight) (local.get $weightEnd))))
          (v128.store (i32.add (local.get $target) (local.get $column))
            (i8x16.narrow_i16x8_u
              (i16x8.narrow_i32x4_s
                (i32x4.shr_s (local.get $a) (i32.const 22)) (i32x4.shr_s (local.get $b) (i32.const 22)))
              (i16x8.narrow_i32x4_s
                (i32x4.shr_s (local.get $c) (i32.const 22)) (i32x4.shr_s (local.get $d) (i32.const 22)))))
          (local.set $column (i32.add (local.get $column) (i32.const 16)))
          (br_if $eachColumn (i32.lt_u (local.get $column) (local.get $stride))))
        (local.set $target (i32.add (local.get $target) (local.get $stride)))
        (local.set $bounds (i32.add (local.get $bounds) (i32.const 8)))
        (local.set $weights (i32.add (local.get $weights) (i32.shl (local.get $taps) (i32.const 2))))
        (local.set $outputs (i32.sub (local.get $outputs) (i32.const 1)))
        (br $eachOutput)))))
