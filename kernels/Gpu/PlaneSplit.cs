using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// How the values of each channel of images <c>[N,C,S]</c>, N planes of S neighbours, are cut among groups that fold them: into as many parts as fill
/// the device, each of some images or, where these are few, of a segment of some images. Group <c>channel * Parts + part</c> takes one part; its
/// threads lie along a plane, those that a small plane leaves over on the next planes. The cut depends on the shape and the device alone.
/// </summary>
internal readonly struct PlaneSplit
{
    // Eight groups of 256 threads fill a multiprocessor; under 16 values a thread a part is not worth its trip through memory.
    private const int GroupsPerMultiprocessor = 8, LeastPerThread = 16;

    public readonly int Batch, Channels, Plane, Lanes, Images, Segment, Segments, Parts, Vectorised;

    public PlaneSplit(GpuQueue queue, int batch, int channels, int plane, bool vectorised)
    {
        (Batch, Channels, Plane, Vectorised) = (batch, channels, plane, vectorised ? 1 : 0);
        Lanes = Stretch.Lanes(plane, vectorised, queue.GroupSize);
        int rows = queue.GroupSize / Lanes;
        long most = Math.Max(1, (long)batch * plane / (LeastPerThread * queue.GroupSize));
        int wanted = (int)Math.Clamp(Blocks.Covering(GroupsPerMultiprocessor * queue.Accelerator.NumMultiprocessors, channels), 1, most);
        Images = Blocks.Covering(Blocks.Covering(batch, rows), wanted) * rows;
        int imageParts = Blocks.Covering(batch, Images);
        Segment = Blocks.Covering(plane, Math.Min(Blocks.Covering(wanted, imageParts), plane));
        Segments = Blocks.Covering(plane, Segment);
        Parts = imageParts * Segments;
    }

    /// <summary>The groups to launch.</summary>
    public int Groups => Channels * Parts;

    /// <summary>The channel of this group.</summary>
    public int Channel => Grid.IdxX / Parts;

    /// <summary>The part of this group.</summary>
    public int Part => Grid.IdxX % Parts;

    /// <summary>Folds what is this thread's of the part of its group.</summary>
    public TState Fold<TState, TFold>(TFold fold, TState state)
        where TState : unmanaged
        where TFold : struct, IFold<TState>
    {
        int first = Part / Segments * Images, last = IntrinsicMath.Min(first + Images, Batch);
        int start = Part % Segments * Segment, end = IntrinsicMath.Min(start + Segment, Plane);
        for (int image = first + Group.IdxX / Lanes; image < last; image += Group.DimX / Lanes)
        {
            int plane = (image * Channels + Channel) * Plane;
            state = Stretch.Fold(fold, state, plane + start, plane + end, Vectorised, Group.IdxX % Lanes, Lanes);
        }
        return state;
    }
}
