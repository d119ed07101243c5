using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Engine;

/// <summary>Inference of a network as the plain sequence of its operations, each result in memory of its own: what plans for inference are judged against.</summary>
internal static class SingleOperations
{
    /// <summary>The outputs, by a backend with parameters of its own.</summary>
    public static double[] Infer(IBackend backend, ParameterStore values, int batch, float[] images)
    {
        Network network = values.Network;
        using var store = new ParameterStore(backend, network, seed: 0);
        store.CopyFrom(values);
        var activations = new List<DeviceBuffer> { backend.Allocate<float>(images.Length) };
        backend.Upload<float>(images, activations[0].As<float>());
        int parameter = 0;
        foreach (Layer layer in network.Layers)
        {
            DeviceBuffer y = backend.Allocate<float>(batch * layer.Output.Length);
            Run(layer, input => activations[layer.Inputs[input] + 1].As<float>(), index => store.Value(parameter + index), y.As<float>());
            activations.Add(y);
            parameter += layer.Parameters.Count;
        }
        var output = new float[batch * network.Output.Length];
        backend.Download(activations[^1].As<float>(), output.AsSpan());
        foreach (DeviceBuffer activation in activations) activation.Dispose();
        return NetworkFixture.ToDouble(output);

        void Run(Layer layer, Func<int, DeviceSpan<float>> x, Func<int, DeviceSpan<float>> p, DeviceSpan<float> y)
        {
            switch (layer)
            {
                case ConvolutionLayer l: backend.ConvolutionForward(l.Problem(batch), x(0), p(0), l.HasBias ? p(1) : default, y); break;
                case BatchNormalizationLayer l: backend.BatchNormalizationInference(l.Problem(batch), x(0), p(0), p(1), p(2), p(3), y); break;
                case LocalResponseNormalizationLayer l: backend.LocalResponseNormalizationForward(l.Problem(batch), x(0), y); break;
                case CoordinateChannelsLayer l: backend.CoordinateChannels(l.Problem(batch), x(0), y); break;
                case RelationSumLayer l: backend.RelationSumForward(l.Problem(batch), x(0), x(1), p(0), p(1), y); break;
                case FullyConnectedLayer l: backend.FullyConnectedForward(l.Problem(batch), x(0), p(0), p(1), y); break;
                case MaxPoolingLayer l:
                    using (DeviceBuffer indices = backend.Allocate<int>(y.Length)) backend.MaxPoolingForward(l.Problem(batch), x(0), y, indices.As<int>());
                    break;
                case AveragePoolingLayer l: backend.AveragePoolingForward(l.Problem(batch), x(0), y); break;
                case GlobalPoolingLayer l: backend.GlobalPoolingForward(l.Problem(batch), x(0), y); break;
                case ReluLayer l: backend.ReluForward(new(y.Length, l.Ceiling), x(0), y); break;
                case TanhLayer: backend.TanhForward(new(y.Length), x(0), y); break;
                case DropoutLayer: backend.Copy(new(y.Length), x(0), y); break;
                case AddLayer: backend.Add(new(y.Length), x(0), x(1), y); break;
                case ConcatenateLayer l: backend.ConcatenateForward(l.Problem(batch), x(0), x(1), y); break;
                default: throw new InvalidOperationException($"the sequence does not know {layer.GetType().Name}.");
            }
        }
    }

    /// <summary>Gives biases and normalisations values that are not neutral.</summary>
    public static void Randomize(ParameterStore store)
    {
        for (int i = 0; i < store.Count; i++)
        {
            ParameterSpec spec = store.Spec(i);
            if (!spec.IsBias) continue;
            ulong key = CounterRandom.Key(i, 7);
            bool isFactor = spec.Initialization == Initialization.Ones;
            store.Upload(i, [.. Enumerable.Range(0, spec.Length).Select(j => (isFactor ? 0.6f : -0.4f) + 0.8f * CounterRandom.Uniform(key, j))]);
        }
    }

    /// <summary>The outputs of a plan.</summary>
    public static float[] Run(NetworkPlan plan, float[] images)
    {
        plan.Backend.Upload<float>(images, plan.Input);
        plan.Forward();
        var output = new float[plan.Output.Length];
        plan.Backend.Download(plan.Output, output.AsSpan());
        return output;
    }
}
