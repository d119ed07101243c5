using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>What the hinges of a list of triplets take.</summary>
internal struct TripletHingeOperands
{
    public ArrayView<float> Embeddings, Margins;
    public ArrayView<int> Triplets;
    public TripletParts Parts;
    public int Dimensions;
}

/// <summary>Hinge and distances of each triplet of a list.</summary>
internal static class TripletHinges
{
    /// <summary>Threads of a triplet in <see cref="Shared"/>: they read runs of 64 bytes of its rows.</summary>
    public const int Lanes = 16;

    /// <summary>A thread a triplet.</summary>
    [GpuKernel]
    public static void Plain(TripletHingeOperands o)
    {
        int t = Threads.Index;
        if (Threads.Beyond(t, o.Parts.Rows)) return;
        int a = o.Triplets[3 * t] * o.Dimensions, p = o.Triplets[3 * t + 1] * o.Dimensions, n = o.Triplets[3 * t + 2] * o.Dimensions;
        float toPositive = 0f, toNegative = 0f;
        for (int d = 0; d < o.Dimensions; d++)
        {
            float differenceP = o.Embeddings[a + d] - o.Embeddings[p + d], differenceN = o.Embeddings[a + d] - o.Embeddings[n + d];
            toPositive += differenceP * differenceP;
            toNegative += differenceN * differenceN;
        }
        Store(o, t, toPositive, toNegative);
    }

    /// <summary>16 threads a triplet; the first of them adds up what they found, in their order.</summary>
    [GpuKernel]
    public static void Shared(TripletHingeOperands o)
    {
        ArrayView<float> positives = SharedMemory.Allocate<float>(GroupReduce.MaxGroupSize);
        ArrayView<float> negatives = SharedMemory.Allocate<float>(GroupReduce.MaxGroupSize);
        int t = Grid.IdxX * (Group.DimX / Lanes) + Group.IdxX / Lanes, lane = Group.IdxX % Lanes;
        float toPositive = 0f, toNegative = 0f;
        if (t < o.Parts.Rows)
        {
            int a = o.Triplets[3 * t] * o.Dimensions, p = o.Triplets[3 * t + 1] * o.Dimensions, n = o.Triplets[3 * t + 2] * o.Dimensions;
            for (int d = lane; d < o.Dimensions; d += Lanes)
            {
                float differenceP = o.Embeddings[a + d] - o.Embeddings[p + d], differenceN = o.Embeddings[a + d] - o.Embeddings[n + d];
                toPositive += differenceP * differenceP;
                toNegative += differenceN * differenceN;
            }
        }
        positives[Group.IdxX] = toPositive;
        negatives[Group.IdxX] = toNegative;
        Group.Barrier();
        if (lane != 0 || t >= o.Parts.Rows) return;
        for (int other = 1; other < Lanes; other++)
        {
            toPositive += positives[Group.IdxX + other];
            toNegative += negatives[Group.IdxX + other];
        }
        Store(o, t, toPositive, toNegative);
    }

    private static void Store(TripletHingeOperands o, int t, float toPositive, float toNegative)
    {
        float hinge = toPositive - toNegative + o.Margins[t];
        o.Parts.Hinges[t] = hinge > 0f ? hinge : 0f;
        o.Parts.ToPositive[t] = toPositive;
        o.Parts.ToNegative[t] = toNegative;
        o.Parts.Considered[t] = 1;
        o.Parts.Active[t] = hinge > 0f ? 1 : 0;
    }
}
