using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Peers;

/// <summary>Whole networks on the host backend.</summary>
internal static class OurNetwork
{
    /// <summary>A forward pass after training.</summary>
    public static PreparedWork Inference(HostBackend backend, PeerWork work)
    {
        ParameterStore parameters = work.Network!.Parameters(backend);
        int batch = PeerNetwork.Batch(work);
        var plan = new NetworkPlan(backend, parameters.Network, parameters, batch, training: false);
        DeviceBuffer images = Images(backend, plan, new PeerData());
        return new(() => Forward(plan, images), () => [Download(backend, plan.Output)], images, plan, parameters, backend);
    }

    /// <summary>Forward, softmax cross entropy, backward and a step by momentum; all parameters train.</summary>
    public static PreparedWork Step(HostBackend backend, PeerWork work)
    {
        ParameterStore parameters = work.Network!.Parameters(backend);
        int batch = PeerNetwork.Batch(work);
        var plan = new NetworkPlan(backend, parameters.Network, parameters, batch, training: true);
        var data = new PeerData();
        DeviceBuffer images = Images(backend, plan, data), labels = backend.Allocate(batch * sizeof(int)), loss = backend.Allocate(sizeof(float));
        DeviceSpan<int> classes = labels.Slice<int>(0, batch);
        DeviceSpan<float> cost = loss.Slice<float>(0, 1);
        backend.Upload<int>(data.Labels(batch, parameters.Network.Output.Channels), classes);
        var optimizer = new MomentumSgdOptimizer(parameters, _ => new ParameterGroup(1, 0), PeerNetwork.Momentum);
        var problem = new SoftmaxCrossEntropyProblem(batch, parameters.Network.Output.Length);
        return new(
            () =>
            {
                parameters.ZeroGradients();
                Forward(plan, images);
                backend.SoftmaxCrossEntropy(problem, plan.Output, classes, cost, plan.OutputGradient);
                plan.Backward();
                optimizer.Step(PeerNetwork.LearningRate);
            },
            // The first parameter is the first convolution's weights, behind which lie all other gradients.
            () => [Download(backend, cost), Download(backend, parameters.Gradient(0))], images, labels, loss, optimizer, plan, parameters, backend);
    }

    private static DeviceBuffer Images(HostBackend backend, NetworkPlan plan, PeerData data)
    {
        DeviceBuffer images = backend.Allocate(plan.Input.Length * (long)sizeof(float));
        backend.Upload<float>(data.Floats(plan.Input.Length), images.Slice<float>(0, plan.Input.Length));
        return images;
    }

    // The plan lends the memory of its input to later layers, so each pass has it anew.
    private static void Forward(NetworkPlan plan, DeviceBuffer images)
    {
        plan.Backend.Copy(new ElementwiseProblem(plan.Input.Length), images.Slice<float>(0, plan.Input.Length), plan.Input);
        plan.Forward();
    }

    private static float[] Download(HostBackend backend, DeviceSpan<float> span)
    {
        float[] values = new float[span.Length];
        backend.Download(span, values);
        return values;
    }
}
