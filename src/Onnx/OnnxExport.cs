using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Onnx;

/// <summary>
/// Writes a network with its weights as an ONNX model, as it computes after training: normalisations by their running statistics, no dropout. The input
/// is <c>input</c> [batch,C,H,W], the output <c>output</c> [batch,C,H,W], or [batch,C] behind a global pooling or a product.
/// </summary>
public static class OnnxExport
{
    /// <summary>The names of the model's input and output.</summary>
    public const string InputName = "input", OutputName = "output";

    /// <summary>Writes the model atomically.</summary>
    /// <param name="parameters">The network and its weights.</param>
    /// <param name="path">The file, overwritten.</param>
    /// <param name="name">What the model is called.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(ParameterStore parameters, string path, string name) => AtomicFile.WriteAllBytes(path, ToModel(parameters, name));

    /// <summary>The model's file.</summary>
    /// <exception cref="NotSupportedException">A layer has no counterpart in ONNX that this writes; the message names it.</exception>
    public static byte[] ToModel(ParameterStore parameters, string name)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Network network = parameters.Network;
        var graph = new OnnxGraph();
        graph.Input(InputName, 0, network.Input.Channels, network.Input.Height, network.Input.Width);
        for (int i = 0; i < parameters.Count; i++) graph.Constant(parameters.Spec(i).Name, parameters.Spec(i).Shape, parameters.Download(i));
        for (int i = 0; i < network.Layers.Count; i++) Add(graph, network, i);
        graph.Node("Identity", OutputName, [network.Layers[^1].Name], OutputName);
        SampleShape output = network.Output;
        if (IsFlat(network, network.Layers.Count - 1)) graph.Output(OutputName, 0, output.Channels);
        else graph.Output(OutputName, 0, output.Channels, output.Height, output.Width);
        return graph.ToModel(name);
    }

    private static void Add(OnnxGraph graph, Network network, int index)
    {
        Layer layer = network.Layers[index];
        string[] inputs = [.. layer.Inputs.Select(i => i < 0 ? InputName : network.Layers[i].Name)];
        string[] operands = [.. inputs, .. layer.Parameters.Select(parameter => parameter.Name)];
        switch (layer)
        {
            case ConvolutionLayer or WindowPoolingLayer when IsFlat(network, layer.Inputs[0]):
                throw new NotSupportedException($"layer '{layer.Name}' ({layer}) reads features without rows and columns, which ONNX does not slide over.");
            case ConvolutionLayer convolution:
                ConvolutionProblem c = convolution.Problem(1);
                graph.Node(
                    "Conv", layer.Name, operands, layer.Name, OnnxAttribute.Of("kernel_shape", c.KernelH, c.KernelW),
                    OnnxAttribute.Of("strides", c.StrideH, c.StrideW), OnnxAttribute.Of("pads", c.PadH, c.PadW, c.PadH + c.TrailH, c.PadW + c.TrailW),
                    OnnxAttribute.Of("dilations", c.DilationH, c.DilationW), OnnxAttribute.Of("group", c.Groups));
                break;
            case BatchNormalizationLayer normalization:
                graph.Node("BatchNormalization", layer.Name, operands, layer.Name, OnnxAttribute.Of("epsilon", normalization.Problem(1).Epsilon));
                break;
            case LocalResponseNormalizationLayer normalization:
                LocalResponseNormalizationProblem l = normalization.Problem(1);
                // ONNX's alpha multiplies the mean over the window.
                graph.Node(
                    "LRN", layer.Name, inputs, layer.Name, OnnxAttribute.Of("size", l.Window), OnnxAttribute.Of("alpha", l.Alpha * l.Window),
                    OnnxAttribute.Of("beta", l.Beta), OnnxAttribute.Of("bias", l.K));
                break;
            case ReluLayer { Ceiling: < float.PositiveInfinity } relu:
                graph.Constant($"{layer.Name}/min", [], [0f]);
                graph.Constant($"{layer.Name}/max", [], [relu.Ceiling]);
                graph.Node("Clip", layer.Name, [.. inputs, $"{layer.Name}/min", $"{layer.Name}/max"], layer.Name);
                break;
            case ReluLayer:
                graph.Node("Relu", layer.Name, inputs, layer.Name);
                break;
            case TanhLayer:
                graph.Node("Tanh", layer.Name, inputs, layer.Name);
                break;
            case MaxPoolingLayer or AveragePoolingLayer:
                PoolingProblem p = ((WindowPoolingLayer)layer).Problem(1);
                graph.Node(
                    layer is MaxPoolingLayer ? "MaxPool" : "AveragePool", layer.Name, inputs, layer.Name,
                    OnnxAttribute.Of("kernel_shape", p.KernelH, p.KernelW), OnnxAttribute.Of("strides", p.StrideH, p.StrideW),
                    OnnxAttribute.Of("pads", p.PadH, p.PadW, p.PadH, p.PadW));
                break;
            case GlobalPoolingLayer:
                graph.Node("GlobalAveragePool", $"{layer.Name}/pool", inputs, $"{layer.Name}/pool");
                graph.Node("Flatten", layer.Name, [$"{layer.Name}/pool"], layer.Name);
                break;
            case FullyConnectedLayer:
                graph.Node("Flatten", $"{layer.Name}/flat", inputs, $"{layer.Name}/flat");
                graph.Node("Gemm", layer.Name, [$"{layer.Name}/flat", .. operands[1..]], layer.Name, OnnxAttribute.Of("transB", 1));
                break;
            case DropoutLayer:
                graph.Node("Identity", layer.Name, inputs, layer.Name);
                break;
            case AddLayer:
                graph.Node("Add", layer.Name, inputs, layer.Name);
                break;
            case ConcatenateLayer:
                graph.Node("Concat", layer.Name, inputs, layer.Name, OnnxAttribute.Of("axis", 1));
                break;
            default:
                throw new NotSupportedException($"layer '{layer.Name}' ({layer}) cannot be written as ONNX.");
        }
    }

    // Its result is [batch,C]: the operators of a product and, as it is written here, of a global pooling flatten; the others keep what they are given.
    private static bool IsFlat(Network network, int index) =>
        index >= 0 && (network.Layers[index] is GlobalPoolingLayer or FullyConnectedLayer || network.Layers[index].Inputs.All(i => IsFlat(network, i)));
}
