using JaccardKernels.Engine;
using JaccardKernels.Onnx;
using JaccardKernels.Problems;
using Microsoft.ML.OnnxRuntime;

namespace JaccardKernels.Peers;

/// <summary>ONNX Runtime on the CPU: models of one node, or a network as we export it. Filters are constants, which it may pack before it runs.</summary>
internal sealed class OnnxContender : IContender
{
    public string Name => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}";

    public PreparedWork? Prepare(PeerWork work, int threads)
    {
        var data = new PeerData();
        var graph = new OnnxGraph();
        switch (work.Operation)
        {
            case "Gemm":
                var gemm = GemmProblem.Parse(work.Problem);
                graph.Input("a", gemm.M, gemm.K);
                graph.Input("b", gemm.K, gemm.N);
                graph.Node("MatMul", "product", ["a", "b"], "c");
                graph.Output("c", gemm.M, gemm.N);
                return Prepare(
                    graph.ToModel("work"), threads, [("a", data.Floats(gemm.LengthA), [gemm.M, gemm.K]), ("b", data.Floats(gemm.LengthB), [gemm.K, gemm.N])], "c",
                    [gemm.M, gemm.N]);
            case "ConvolutionForward":
                var p = ConvolutionProblem.Parse(work.Problem);
                float[] x = data.Floats(p.LengthX);
                graph.Input("x", p.Batch, p.Channels, p.Height, p.Width);
                graph.Constant("w", [p.Filters, p.GroupChannels, p.KernelH, p.KernelW], data.Floats(p.LengthW));
                graph.Node(
                    "Conv", "convolution", ["x", "w"], "y", OnnxAttribute.Of("kernel_shape", p.KernelH, p.KernelW),
                    OnnxAttribute.Of("strides", p.StrideH, p.StrideW), OnnxAttribute.Of("pads", p.PadH, p.PadW, p.PadH, p.PadW),
                    OnnxAttribute.Of("dilations", p.DilationH, p.DilationW), OnnxAttribute.Of("group", p.Groups));
                graph.Output("y", p.Batch, p.Filters, p.OutputHeight, p.OutputWidth);
                return Prepare(
                    graph.ToModel("work"), threads, [("x", x, [p.Batch, p.Channels, p.Height, p.Width])], "y", [p.Batch, p.Filters, p.OutputHeight, p.OutputWidth]);
            case PeerWork.NetworkInference:
                return Network(work, threads, data);
            default:
                return null;
        }
    }

    private static PreparedWork Network(PeerWork work, int threads, PeerData data)
    {
        using var backend = new HostBackend(1);
        using ParameterStore parameters = work.Network!.Parameters(backend);
        int batch = PeerNetwork.Batch(work);
        SampleShape image = parameters.Network.Input;
        return Prepare(
            OnnxExport.ToModel(parameters, "work"), threads,
            [(OnnxExport.InputName, data.Floats(batch * image.Length), [batch, image.Channels, image.Height, image.Width])], OnnxExport.OutputName,
            [batch, parameters.Network.Output.Channels]);
    }

    private static PreparedWork Prepare(
        byte[] model, int threads, (string Name, float[] Values, long[] Shape)[] inputs, string output, long[] shape)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        var session = new InferenceSession(model, options);
        OrtIoBinding binding = session.CreateIoBinding();
        var run = new RunOptions();
        List<IDisposable> owned = [binding, run];
        foreach ((string name, float[] values, long[] dimensions) in inputs)
        {
            var value = OrtValue.CreateTensorValueFromMemory(values, dimensions);
            binding.BindInput(name, value);
            owned.Add(value);
        }
        float[] result = new float[shape.Aggregate(1L, (product, size) => product * size)];
        var target = OrtValue.CreateTensorValueFromMemory(result, shape);
        binding.BindOutput(output, target);
        return new PreparedWork(() => session.RunWithBinding(run, binding), () => [result], [.. owned, target, session]);
    }
}
