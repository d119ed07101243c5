using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>The end of sums that several groups took parts of: the parts <c>[parts, length]</c> are added in order, then to what was there.</summary>
internal sealed class PartialSums(GpuQueue queue)
{
    private readonly Elementwise<Add> _add = new(queue);

    /// <summary>Queues y[i] += the parts' sum.</summary>
    public void AddTo(ArrayView<float> y, int length, ArrayView<float> partial, int parts)
    {
        bool vectorised = length % Float4.Count == 0 && Alignment.AreVectors(y, partial);
        _add.Launch(length, vectorised, new Add { Partial = partial, Y = y, Parts = parts, Stride = vectorised ? length / Float4.Count : length });
    }

    internal struct Add : IElementwise
    {
        public ArrayView<float> Partial, Y;
        public int Parts, Stride;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes sum = TLanes.Load(Partial, i);
            for (int part = 1; part < Parts; part++) sum += TLanes.Load(Partial, part * Stride + i);
            TLanes.Store(Y, i, TLanes.Load(Y, i) + sum);
        }
    }
}
