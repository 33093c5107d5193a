// Re-ttention (arXiv 2505.22918) on CogVideoX: 13 frames of 1350 tokens and 226
// tokens of text. The text sees all and is seen by all; a token of the video
// sees those at most 21 places from its own, in every frame. A window of
// 0.03125 of a frame, 42 tokens, is 43 wide with its centre, and is cut at the
// ends of a frame.
//
// The frames come first here, then the text, filled up to a 14th frame, because
// a neighborhood has no offset: 18900 tokens, of which the last 1124 neither
// see nor are seen. Cut at both ends of a frame, but all frames: what `shift`
// and `wrap` agree on, as the first keeps 43 keys inside of the frame and the
// second those at most 21 away in a circle.
//
// Density at N = 17776, without the padding: 5.61 % of all pairs; ideal speedup
// 17.8.
//
//   attn-run re-ttention-video.mlir --random=1

!t = tensor<1x1x18900x64xf32>
!row = tensor<1x1x18900xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> (!t, !row) {
  %a = attn.neighborhood layout = [14, 1350], window = [14, 43]
  %b = attn.neighborhood layout = [14, 1350], window = [14, 43], boundary = wrap
  %video = attn.block_map query_offsets = [0, 17550], key_offsets = [0, 17550],
    map = dense<1> : tensor<1x1xi8>
  %near = attn.and %a, %b, %video
  %text = attn.block_map query_offsets = [0, 17550, 17776],
    key_offsets = [0, 17550, 17776],
    map = dense<[[0, 1], [1, 1]]> : tensor<2x2xi8>
  %m = attn.or %near, %text
  %o, %lse = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> (!t, !row)
  return %o, %lse : !t, !row
}
