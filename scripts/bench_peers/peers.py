"""One class for each peer: load_libraries() imports, prepare() builds masks and
compiles, run() computes, and result() makes a float32 array [N, D] of what run()
returned. A peer that has no way to say
a case raises NotAvailable with the reason.
"""

import numpy as np

from bench_peers.cases import power, s2


class NotAvailable(Exception):
    """Why a peer cannot run a case."""


def to_float(array, dtype):
    """bf16 travels as uint16 in .npy."""
    if dtype == "bf16":
        return (array.astype(np.uint32) << 16).view(np.float32)
    return array


class Torch:
    def load_libraries(self):
        import torch
        from torch.nn.attention import flex_attention
        torch.set_num_threads(1)
        self.torch, self.flex = torch, flex_attention

    def load(self, case, q, k, v):
        torch = self.torch
        kind = {"f32": torch.float32, "bf16": torch.bfloat16}[case.dtype]
        self.qkv = [torch.from_numpy(to_float(x, case.dtype)).to(kind)
                    for x in (q, k, v)]

    def run(self):
        with self.torch.no_grad():
            return self.call(*self.qkv)

    def result(self, output):
        return output[0, 0].float().numpy()


class Sdpa(Torch):
    title = "PyTorch SDPA"

    def prepare(self, case, q, k, v):
        if case.pattern not in ("dense", "causal"):
            raise NotAvailable("takes a pattern only as an N x N mask")
        self.load(case, q, k, v)
        sdpa = self.torch.nn.functional.scaled_dot_product_attention
        causal = case.pattern == "causal"
        self.call = lambda q, k, v: sdpa(q, k, v, is_causal=causal)


def neighborhood(b, h, i, j):
    """A 13 x 13 window on 128 x 128 tokens, shifted inwards at borders."""
    row = (i // 128 - 6).clamp(0, 115)
    column = (i % 128 - 6).clamp(0, 115)
    return ((j // 128 >= row) & (j // 128 < row + 13) & (j % 128 >= column)
            & (j % 128 < column + 13))


class Flex(Torch):
    title = "PyTorch FlexAttention, compiled"

    def prepare(self, case, q, k, v):
        self.load(case, q, k, v)
        if case.pattern == "documents":
            places = self.torch.arange(case.length)
            starts = self.torch.from_numpy(case.tables["offsets"][1:-1])
            own = self.torch.bucketize(places, starts, right=True)
        keep = {
            "dense": lambda b, h, i, j: j >= 0,
            "causal": lambda b, h, i, j: i >= j,
            "window": lambda b, h, i, j: (i >= j) & (i - j <= 1023),
            "neighborhood": neighborhood,
            "s2": lambda b, h, i, j: s2(i, j),
            "power": lambda b, h, i, j: power(i, j),
            "documents": lambda b, h, i, j: (i >= j) & (own[i] == own[j]),
            "alibi": lambda b, h, i, j: i >= j,
        }[case.pattern]
        # B = H = 1: the slope of the only head is 2^-8.
        modify = (lambda s, b, h, i, j:
                  30 * self.torch.tanh(s / 30) - (i - j) / 256
                  ) if case.pattern == "alibi" else None
        self.torch._dynamo.reset()
        block_mask = self.flex.create_block_mask(
            keep, 1, 1, case.length, case.length, device="cpu")
        compiled = self.torch.compile(self.flex.flex_attention, dynamic=False)
        self.call = lambda q, k, v: compiled(
            q, k, v, score_mod=modify, block_mask=block_mask)


class OnnxRuntime:
    def load_libraries(self):
        import onnx.helper
        import onnxruntime
        self.runtime = onnxruntime

    def start(self, nodes, inputs, outputs, feeds):
        from onnx import TensorProto, helper
        info = helper.make_tensor_value_info
        kinds = {np.dtype("float32"): TensorProto.FLOAT,
                 np.dtype("int32"): TensorProto.INT32}
        graph = helper.make_graph(
            nodes, "attention",
            [info(name, kinds[x.dtype], x.shape)
             for name, x in zip(inputs, feeds)],
            [info(name, TensorProto.FLOAT, None) for name in outputs])
        model = helper.make_model(graph, ir_version=10, opset_imports=[
            helper.make_opsetid("", 20),
            helper.make_opsetid("com.microsoft", 1)])
        options = self.runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = self.runtime.InferenceSession(
            model.SerializeToString(), options,
            providers=["CPUExecutionProvider"])
        self.feeds = dict(zip(inputs, feeds))
        self.output = outputs[0]

    def run(self):
        return self.session.run([self.output], self.feeds)[0]

    def result(self, output):
        return output[0]


class OrtMha(OnnxRuntime):
    title = "ONNX Runtime MultiHeadAttention"

    def prepare(self, case, q, k, v):
        from onnx import helper
        if case.dtype != "f32":
            raise NotAvailable("f32 only on CPU")
        if case.pattern not in ("dense", "causal"):
            raise NotAvailable("takes a pattern only as an N x N bias")
        names = ["q", "k", "v"]
        node = helper.make_node(
            "MultiHeadAttention", names, ["o"], domain="com.microsoft",
            num_heads=1, unidirectional=int(case.pattern == "causal"))
        self.start([node], names, ["o"], [x[0] for x in (q, k, v)])


class OrtGqa(OnnxRuntime):
    title = "ONNX Runtime GroupQueryAttention"

    def prepare(self, case, q, k, v):
        from onnx import helper
        if case.dtype != "f32":
            raise NotAvailable("f32 and f16 only on CPU")
        if case.pattern not in ("causal", "window"):
            raise NotAvailable("causal only")
        names = ["q", "k", "v", "lengths", "total"]
        window = 1024 if case.pattern == "window" else -1
        node = helper.make_node(
            "GroupQueryAttention", ["q", "k", "v", "", "", "lengths", "total"],
            ["o", "past_k", "past_v"], domain="com.microsoft", num_heads=1,
            kv_num_heads=1, local_window_size=window)
        lengths = np.array([case.length - 1], np.int32)
        total = np.array(case.length, np.int32)
        self.start([node], names, ["o", "past_k", "past_v"],
                   [q[0], k[0], v[0], lengths, total])


class OpenVino:
    title = "OpenVINO SDPA"

    def load_libraries(self):
        import openvino
        from openvino import opset13
        self.openvino, self.opset = openvino, opset13

    def prepare(self, case, q, k, v):
        openvino, opset13 = self.openvino, self.opset
        if case.pattern not in ("dense", "causal"):
            raise NotAvailable("takes a pattern only as an N x N mask")
        if case.dtype != "f32":
            raise NotAvailable("compared in f32 only")
        inputs = [opset13.parameter(x.shape, np.float32) for x in (q, k, v)]
        node = opset13.scaled_dot_product_attention(
            *inputs, causal=case.pattern == "causal")
        model = openvino.Model([opset13.result(node)], inputs)
        compiled = openvino.Core().compile_model(model, "CPU", {
            "INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32",
            "NUM_STREAMS": 1})
        self.request = compiled.create_infer_request()
        self.qkv = [openvino.Tensor(x, shared_memory=True)
                    for x in (q, k, v)]

    def run(self):
        return self.request.infer(
            dict(enumerate(self.qkv)), share_outputs=True)[0]

    def result(self, output):
        return np.array(output[0, 0])


PEERS = {"sdpa": Sdpa, "flex": Flex, "ort-mha": OrtMha, "ort-gqa": OrtGqa,
         "openvino": OpenVino}
