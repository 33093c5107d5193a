// Tokens by residue where lengths are not known, or there are more keys than
// queries, against the reference: fewer tokens than residues, residues that end
// early, rows without keys, heads in groups, no tokens at all.
//
// RUN: attn-run %s --entry=column --random=1 --size=N=1 --verify
// RUN: attn-run %s --entry=column --random=1 --size=N=39 --verify
// RUN: attn-run %s --entry=column --random=1 --size=N=2700 --verify --threads=2
// RUN: attn-run %s --entry=column --random=1 --size=N=2700 --verify --target-cpu=generic
// RUN: attn-run %s --entry=segments --random=2 --size=N=5 --verify
// RUN: attn-run %s --entry=segments --random=2 --size=N=997 --verify --target-cpu=avx2
// RUN: attn-run %s --entry=distant --random=3 --size=Nq=301 --size=Nk=99 --verify
// RUN: attn-run %s --entry=distant --random=3 --size=Nq=6 --size=Nk=1000 --verify
// RUN: attn-run %s --entry=distant --random=3 --size=Nq=0 --size=Nk=50 --verify
// RUN: attn-run %s --entry=distant --random=3 --size=Nq=50 --size=Nk=0 --verify
// RUN: attn-run %s --entry=halves --random=4 --size=Nq=500 --size=Nk=700 --verify
// RUN: attn-run %s --entry=decode --random=5 --verify
// RUN: attn-run %s --entry=chosen --random=6 --size=N=1501 --verify

// Rows without keys: no multiple of 40 away, but behind.
!c = tensor<1x1x?x16xf16>
func.func @column(%q: !c, %k: !c, %v: !c) -> !c {
  %s = attn.slash stride = 40, offset = 7
  %c = attn.causal
  %m = attn.and %s, %c
  %o = attn.attention %q, %k, %v mask(%m) {plan = #attn.plan<layout = [?], dilation = [40], tile = [16], group = [3], lanes = 16, slab = 5>} : (!c, !c, !c) -> !c
  return %o : !c
}

!s = tensor<2x4x?x37xf32>
!kv = tensor<2x2x?x37xf32>
!l = tensor<2x4x?xf32>
func.func @segments(%q: !s, %k: !kv, %v: !kv) -> (!s, !l) {
  %d = attn.dilated_segments segments = [16, 65, 300], rates = [1, 3, 6]
  %a = attn.alibi
  %o, %lse = attn.attention %q, %k, %v mask(%d) score(%a) {plan = #attn.plan<layout = [?], dilation = [6], tile = [30], group = [2], lanes = 32, slab = 64>} : (!s, !kv, !kv) -> (!s, !l)
  return %o, %lse : !s, !l
}

// Nothing that suits residues: a line that lies anywhere between them.
func.func @distant(%q: !s, %k: !kv, %v: !kv) -> (!s, !l) {
  %s = attn.slash stride = 8
  %c = attn.causal bottom_right
  %w = attn.window left = 9, right = 2
  %both = attn.and %s, %c
  %m = attn.or %both, %w
  %o, %lse = attn.attention %q, %k, %v mask(%m) {plan = #attn.plan<layout = [?], dilation = [8], tile = [16], group = [4], lanes = 16, slab = 32>} : (!s, !kv, !kv) -> (!s, !l)
  return %o, %lse : !s, !l
}

!h = tensor<1x2x?x32xbf16>
func.func @halves(%q: !h, %k: !h, %v: !h) -> !h {
  %s = attn.slash stride = 4
  %w = attn.window left = 50, right = 9
  %m = attn.and %s, %w
  %o = attn.attention %q, %k, %v mask(%m) {plan = #attn.plan<halves = true, layout = [?], dilation = [4], tile = [64], group = [1], lanes = 64, slab = 64>} : (!h, !h, !h) -> !h
  return %o : !h
}

!few = tensor<1x1x130x32xf32>
!many = tensor<1x1x1000x32xf32>
func.func @decode(%q: !few, %k: !many, %v: !many) -> !few {
  %s = attn.slash stride = 16
  %c = attn.causal bottom_right
  %m = attn.and %s, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!few, !many, !many) -> !few
  return %o : !few
}

!o = tensor<1x2x?x64xf32>
func.func @chosen(%q: !o, %k: !o, %v: !o) -> !o {
  %d = attn.dilated_segments segments = [128, 512], rates = [2, 8]
  %c = attn.causal
  %m = attn.and %d, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!o, !o, !o) -> !o
  return %o : !o
}
