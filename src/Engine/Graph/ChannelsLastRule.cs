using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>
/// Whether a plan for inference keeps activations as [N,H,W,C] from the first convolutions, which read the network's input in planes, to its result, which has no
/// positions. It does on a backend that computes so (<see cref="IChannelsLast"/>), if every layer that is run can, and if enough of the work gains by it.
/// </summary>
internal static class ChannelsLastRule
{
    // Filters of one tap or of one channel gain most, for their rows are long only in this order. Dense filters in planes have minimal filtering over long rows.
    private const double LeastShare = 1.0 / 3;

    /// <summary>How layers share memory in such a plan, or null where activations stay in planes.</summary>
    public static LayerSharing? Sharing(IBackend backend, Network network, int batch)
    {
        if (backend is not IChannelsLast device || network.Layers[^1].Output.Spatial > 1 || !Gains(network)) return null;
        var sharing = new LayerSharing(network, batch, training: false, channelsLast: true);
        for (int node = 0; node < network.Layers.Count; node++)
            if (sharing.Runs(node) && !Runs(device, network, network.Layers[node], batch)) return null;
        return network.Layers.All(layer => layer is ConvolutionLayer || !layer.Inputs.Contains(-1)) ? sharing : null;
    }

    private static bool Gains(Network network)
    {
        ConvolutionProblem[] convolutions = [.. network.Layers.OfType<ConvolutionLayer>().Select(layer => layer.Problem(1))];
        double flops = convolutions.Sum(p => (double)p.Flops);
        return convolutions.Where(p => p.KernelH * p.KernelW == 1 || p.Groups > 1).Sum(p => (double)p.Flops) >= LeastShare * flops && flops > 0;
    }

    private static bool Runs(IChannelsLast device, Network network, Layer layer, int batch) => layer switch
    {
        ConvolutionLayer convolution => device.Computes(new ChannelsLastConvolutionProblem(convolution.Problem(batch), planar: layer.Inputs[0] < 0)),
        FullyConnectedLayer => layer.Inputs[0] >= 0 && network.Layers[layer.Inputs[0]].Output.Spatial == 1,
        ReluLayer or TanhLayer or AddLayer or ConcatenateLayer or MaxPoolingLayer or GlobalPoolingLayer => true,
        _ => false,
    };
}
