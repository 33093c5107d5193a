// Re-ttention (arXiv 2505.22918) on CogVideoX: 13 frames of 1350 tokens; a
// token sees those at most 21 places from its own, in every frame. A window of
// 0.03125 of a frame, 42 tokens, is 43 wide with its centre, and is cut at the
// ends of a frame. Cut there, but not along the frames: that is what `shift`
// and `wrap` agree on, as the first keeps 43 keys inside of the frame and the
// second those at most 21 away in a circle.
//
// 226 tokens of text see all and are seen by all: two more calls, both dense,
// which the second result, the log-sum-exp of every row, joins with this one.
// With them 5.61 % of all pairs of 17776 tokens are kept.
//
// Density at N = 17550, without the text: 3.16 % of all pairs; ideal speedup
// 31.6.
//
//   attn-run re-ttention-video.mlir --random=1

!t = tensor<1x1x17550x64xf32>
!row = tensor<1x1x17550xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> (!t, !row) {
  %inside = attn.neighborhood layout = [13, 1350], window = [13, 43]
  %circle = attn.neighborhood layout = [13, 1350], window = [13, 43],
                              boundary = wrap
  %m = attn.and %inside, %circle
  %o, %lse = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> (!t, !row)
  return %o, %lse : !t, !row
}
