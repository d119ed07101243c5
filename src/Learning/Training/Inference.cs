using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>A network over a whole set.</summary>
public static class Inference
{
    /// <summary>The network's outputs [N, outputs] for every image.</summary>
    /// <param name="plan">A plan for inference; its batch size decides the batches.</param>
    /// <param name="set">The images; their shape is the network's input.</param>
    /// <param name="variant">0 for plain images, else the number of an augmented variant.</param>
    /// <param name="seed">Decides the variants.</param>
    /// <param name="threads">Threads that decode.</param>
    /// <param name="progress">Told the images done.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="ArgumentException">The images have another shape than the network's input.</exception>
    /// <exception cref="InvalidDataException">An image could not be loaded.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static float[] Run(
        NetworkPlan plan, IImageSet set, int variant = 0, int seed = 0, int threads = 1, Action<int>? progress = null,
        CancellationToken cancellation = default)
    {
        RequireShape(plan.Network, set);
        int length = plan.Network.Output.Length;
        var outputs = new float[checked(set.Count * length)];
        if (set.Count == 0) return outputs;
        var batchOutputs = new float[plan.Batch * length];
        var schedule = new SequentialSchedule(set.Count, plan.Batch, variant, seed);
        var loader = new BatchLoader(set, schedule, 0, schedule.Batches, threads);
        using var batches = new BatchUploader(plan.Backend, loader, plan.Batch, plan.Network.Input.Length);
        for (int batch = 0; batch < schedule.Batches; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            batches.Next(plan.Input);
            plan.Forward();
            batches.Prefetch();
            plan.Backend.Download(plan.Output, batchOutputs.AsSpan());
            int first = batch * plan.Batch, count = Math.Min(plan.Batch, set.Count - first);
            batchOutputs.AsSpan(0, count * length).CopyTo(outputs.AsSpan(first * length));
            progress?.Invoke(first + count);
        }
        return outputs;
    }

    /// <summary>Refuses images of another shape than the network's input.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void RequireShape(Network network, IImageSet set)
    {
        var shape = new SampleShape(set.Channels, set.Height, set.Width);
        if (network.Input != shape)
            throw new ArgumentException($"{set.Name} delivers images of {shape}; the network takes {network.Input}.", nameof(set));
    }
}
