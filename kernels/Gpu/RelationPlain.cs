using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>The three products of a relation sum, a thread an element, and what both variants share: the sums over pairs.</summary>
internal static class RelationPlain
{
    /// <summary>The second layer, rectified, or its gradient.</summary>
    [GpuKernel]
    internal static void Second(RelationOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Rows * o.Outputs)) return;
        int row = i / o.Outputs, g = i % o.Outputs;
        PairPlaces places = o.PlacesOf(row);
        float sum = 0f;
        for (int f = 0; f < o.Inputs; f++) sum += o.Weights[g * o.Inputs + f] * o.Hidden(places, f);
        o.Second[i] = o.Rectified(row, g, sum);
    }

    /// <summary>The gradient of the first layer, from that of the second.</summary>
    [GpuKernel]
    internal static void First(RelationOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Rows * o.Inputs)) return;
        int row = i / o.Inputs, f = i % o.Inputs;
        float sum = 0f;
        for (int g = 0; g < o.Outputs; g++) sum += o.Second[row * o.Outputs + g] * o.Weights[g * o.Inputs + f];
        o.First[i] = o.Masked(row, f, sum);
    }

    /// <summary>The gradient of the weights, in one slice.</summary>
    [GpuKernel]
    internal static void Weights(RelationOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Outputs * o.Inputs)) return;
        int g = i / o.Inputs, f = i % o.Inputs;
        float sum = 0f;
        for (int row = 0; row < o.Rows; row++) sum += o.Second[row * o.Outputs + g] * o.Hidden(o.PlacesOf(row), f);
        o.Partial[i] = sum;
    }

    /// <summary>The gradients of the objects, a thread a unit of one: of the pairs in which it is the first, and the second.</summary>
    [GpuKernel]
    internal static void Objects(ObjectOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Images * o.Count * o.Inputs)) return;
        int f = i % o.Inputs, own = i / o.Inputs % o.Count, image = i / o.Inputs / o.Count;
        int start = image * (o.Count * (o.Count + 1) / 2);
        float first = 0f, second = 0f;
        for (int other = own; other < o.Count; other++) first += o.First[(start + other * (other + 1) / 2 + own) * o.Inputs + f];
        for (int other = 0; other <= own; other++) second += o.First[(start + own * (own + 1) / 2 + other) * o.Inputs + f];
        int plane = o.Inputs * o.Count, at = (o.FirstImage + image) * 2 * plane + f * o.Count + own;
        o.Gradients[at] = first;
        o.Gradients[at + plane] = second;
    }

    /// <summary>The gradients of the context: of all pairs, which are those of all second objects.</summary>
    [GpuKernel]
    internal static void Context(ContextOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        int image = i / o.Inputs, f = i % o.Inputs, at = ((2 * image + 1) * o.Inputs + f) * o.Count;
        float sum = 0f;
        for (int own = 0; own < o.Count; own++) sum += o.Objects[at + own];
        o.Gradients[i] = sum;
    }

    internal struct ObjectOperands
    {
        public ArrayView<float> First, Gradients;
        public int FirstImage, Images, Count, Inputs;
    }

    internal struct ContextOperands
    {
        public ArrayView<float> Objects, Gradients;
        public int Length, Count, Inputs;
    }
}
