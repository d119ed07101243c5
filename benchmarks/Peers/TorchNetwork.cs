using JaccardKernels.Engine;
using JaccardKernels.Problems;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace JaccardKernels.Peers;

/// <summary>
/// A network of ours layer by layer in libtorch, as PyTorch's users write it: functions of torch.nn.functional, ReLUs in place where nothing else reads
/// their input, tensors freed after their last reader. Dropout multiplies by the noise that our plans draw in their first step.
/// </summary>
internal sealed class TorchNetwork : IDisposable
{
    private readonly Network _network;
    private readonly Dictionary<string, Tensor> _parameters = [];
    private readonly Dictionary<Layer, Tensor> _noise = [];
    private readonly int[] _lastReader;

    private TorchNetwork(PeerNetwork network, int batch, bool trains)
    {
        using var backend = new HostBackend(1);
        using ParameterStore parameters = network.Parameters(backend);
        _network = parameters.Network;
        for (int i = 0; i < parameters.Count; i++)
        {
            ParameterSpec spec = parameters.Spec(i);
            Tensor values = tensor(parameters.Download(i)).reshape([.. spec.Shape.Select(size => (long)size)]);
            _parameters.Add(spec.Name, trains && spec.Learned ? new Parameter(values) : values);
        }
        for (int node = 0; trains && node < _network.Layers.Count; node++)
        {
            if (_network.Layers[node] is DropoutLayer dropout) _noise.Add(dropout, Noise(backend, dropout, node, batch));
        }
        _lastReader = [.. Enumerable.Range(0, _network.Layers.Count).Select(node => Enumerable.Range(0, _network.Layers.Count).LastOrDefault(reader => _network.Layers[reader].Inputs.Contains(node)))];
    }

    /// <summary>A forward pass after training.</summary>
    public static PreparedWork Inference(PeerWork work)
    {
        int batch = PeerNetwork.Batch(work);
        var network = new TorchNetwork(work.Network!, batch, trains: false);
        Tensor images = network.Images(batch, new PeerData());
        Tensor? last = null;
        return new PreparedWork(
            () =>
            {
                using IDisposable mode = no_grad();
                using DisposeScope scope = NewDisposeScope();
                last?.Dispose();
                last = network.Forward(images, trains: false).MoveToOuterDisposeScope();
            },
            () => [last!.data<float>().ToArray()], images, network);
    }

    /// <summary>Forward, softmax cross entropy, backward and a step by momentum; all parameters train.</summary>
    public static PreparedWork Step(PeerWork work)
    {
        int batch = PeerNetwork.Batch(work);
        var network = new TorchNetwork(work.Network!, batch, trains: true);
        var data = new PeerData();
        Tensor images = network.Images(batch, data);
        Tensor labels = tensor(data.Labels(batch, network._network.Output.Channels).Select(label => (long)label).ToArray());
        Parameter[] learned = [.. network._parameters.Values.OfType<Parameter>()];
        optim.Optimizer optimizer = optim.SGD(learned, PeerNetwork.LearningRate, PeerNetwork.Momentum);
        float last = 0;
        return new PreparedWork(
            () =>
            {
                using DisposeScope scope = NewDisposeScope();
                optimizer.zero_grad();
                Tensor loss = nn.functional.cross_entropy(network.Forward(images, trains: true), labels);
                loss.backward();
                optimizer.step();
                last = loss.item<float>();
            },
            () => [[last], learned[0].grad!.data<float>().ToArray()], images, labels, optimizer, network);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor value in _parameters.Values.Concat(_noise.Values)) value.Dispose();
    }

    private static Tensor Noise(HostBackend backend, DropoutLayer layer, int node, int batch)
    {
        SampleShape shape = layer.Output;
        float[] values = new float[batch * shape.Length];
        using DeviceBuffer buffer = backend.Allocate(values.Length * (long)sizeof(float));
        DeviceSpan<float> all = buffer.Slice<float>(0, values.Length);
        backend.Fill(new ElementwiseProblem(values.Length), 1f, all);
        // The seed of a plan's layer is its number, where the plan's is 0.
        backend.Dropout(layer.Problem(values.Length, seed: node, step: 0), all, all);
        backend.Download(all, values);
        return shape.Spatial > 1 ? tensor(values).reshape(batch, shape.Channels, shape.Height, shape.Width) : tensor(values).reshape(batch, shape.Channels);
    }

    private Tensor Images(int batch, PeerData data) =>
        tensor(data.Floats(batch * _network.Input.Length)).reshape(batch, _network.Input.Channels, _network.Input.Height, _network.Input.Width);

    private Tensor Forward(Tensor images, bool trains)
    {
        var values = new Tensor[_network.Layers.Count];
        for (int node = 0; node < values.Length; node++)
        {
            Layer layer = _network.Layers[node];
            values[node] = Apply(layer, [.. layer.Inputs.Select(input => input < 0 ? images : values[input])], trains);
            foreach (int input in layer.Inputs.Distinct())
            {
                if (input >= 0 && _lastReader[input] == node && !ReferenceEquals(values[input], values[node])) values[input].Dispose();
            }
        }
        return values[^1];
    }

    private Tensor Apply(Layer layer, Tensor[] inputs, bool trains)
    {
        Tensor x = inputs[0];
        Tensor[] own = [.. layer.Parameters.Select(parameter => _parameters[parameter.Name])];
        switch (layer)
        {
            case ConvolutionLayer convolution:
                ConvolutionProblem c = convolution.Problem(1);
                if (c.TrailH + c.TrailW > 0) x = nn.functional.pad(x, [0, c.TrailW, 0, c.TrailH]);
                return nn.functional.conv2d(
                    x, own[0], own.Length > 1 ? own[1] : null, strides: [c.StrideH, c.StrideW], padding: [c.PadH, c.PadW],
                    dilation: [c.DilationH, c.DilationW], groups: c.Groups);
            case BatchNormalizationLayer normalization:
                BatchNormalizationProblem n = normalization.Problem(1);
                return nn.functional.batch_norm(x, own[2], own[3], own[0], own[1], trains, n.Momentum, n.Epsilon);
            case ReluLayer { Ceiling: 6 }:
                return nn.functional.relu6(x, inplace: IsReadOnce(layer.Inputs[0]));
            case ReluLayer { Ceiling: float.PositiveInfinity }:
                return nn.functional.relu(x, inplace: IsReadOnce(layer.Inputs[0]));
            case TanhLayer:
                return x.tanh();
            case MaxPoolingLayer pooling:
                PoolingProblem m = pooling.Problem(1);
                return nn.functional.max_pool2d(x, [m.KernelH, m.KernelW], [m.StrideH, m.StrideW], [m.PadH, m.PadW]);
            case AveragePoolingLayer pooling:
                PoolingProblem a = pooling.Problem(1);
                return nn.functional.avg_pool2d(x, [a.KernelH, a.KernelW], [a.StrideH, a.StrideW], [a.PadH, a.PadW]);
            case GlobalPoolingLayer:
                return x.mean([2, 3]);
            case FullyConnectedLayer:
                return nn.functional.linear(x.flatten(1), own[0], own[1]);
            case DropoutLayer:
                return trains ? x * _noise[layer] : x.alias();
            case AddLayer:
                return x + inputs[1];
            case ConcatenateLayer:
                return cat(inputs, 1);
            default:
                throw new NotSupportedException($"layer '{layer.Name}' ({layer}) has no counterpart here.");
        }
    }

    private bool IsReadOnce(int node) => node >= 0 && _network.Layers.Count(layer => layer.Inputs.Contains(node)) == 1;
}
