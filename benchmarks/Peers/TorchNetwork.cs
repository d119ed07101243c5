using JaccardKernels.Engine;
using JaccardKernels.Problems;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace JaccardKernels.Peers;

/// <summary>
/// A network of ours layer by layer in libtorch, as PyTorch's users write it: functions of torch.nn.functional, ReLUs in place where nothing else reads
/// their input, tensors freed after their last reader.
/// </summary>
internal sealed class TorchNetwork : IDisposable
{
    private readonly Network _network;
    private readonly Dictionary<string, Tensor> _parameters = [];
    private readonly int[] _lastReader;

    private TorchNetwork(PeerNetwork network, bool trains)
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
        _lastReader = [.. Enumerable.Range(0, _network.Layers.Count).Select(node => Enumerable.Range(0, _network.Layers.Count).LastOrDefault(reader => _network.Layers[reader].Inputs.Contains(node)))];
    }

    /// <summary>A forward pass after training.</summary>
    public static PreparedWork Inference(PeerWork work)
    {
        var network = new TorchNetwork(work.Network!, trains: false);
        Tensor images = network.Images(PeerNetwork.Batch(work), new PeerData());
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
        var network = new TorchNetwork(work.Network!, trains: true);
        var data = new PeerData();
        int batch = PeerNetwork.Batch(work);
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
        foreach (Tensor parameter in _parameters.Values) parameter.Dispose();
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
                return nn.functional.conv2d(
                    x, own[0], own.Length > 1 ? own[1] : null, strides: [c.StrideH, c.StrideW], padding: [c.PadH, c.PadW],
                    dilation: [c.DilationH, c.DilationW], groups: c.Groups);
            case BatchNormalizationLayer normalization:
                BatchNormalizationProblem n = normalization.Problem(1);
                return nn.functional.batch_norm(x, own[2], own[3], own[0], own[1], trains, n.Momentum, n.Epsilon);
            case ReluLayer:
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
            case DropoutLayer dropout when !trains || dropout.Rate == 0:
                return x.alias();
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
