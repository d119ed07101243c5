using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// What the kernels of <see cref="RelationSum"/> are given: the pairs of some images, a row each, of which only what the second layer makes of them, and
/// the gradients of what they are, lie in memory.
/// </summary>
internal struct RelationOperands
{
    public ArrayView<float> Objects, Context, Weights, Bias, Dy;

    /// <summary>[rows, G]: the rectified second layer, or its gradient; [rows, F]: the gradient of the rectified first.</summary>
    public ArrayView<float> Second, First;

    /// <summary>[slices, G, F]: sums of gradients of weights.</summary>
    public ArrayView<float> Partial;

    public int FirstImage, Rows, Count, Inputs, Outputs, IsBackward;
    public FastDivision Pairs;
    public TileGrid Grid;

    public RelationOperands(in RelationSumProblem problem)
    {
        this = default;
        (Count, Inputs, Outputs, Pairs) = (problem.Objects, problem.Inputs, problem.Outputs, new(problem.Pairs));
    }

    /// <summary>The image of a row.</summary>
    public readonly int ImageOf(int row) => FirstImage + Pairs.Divide(row);

    /// <summary>The first and the second object of a row, and its context, at f = 0.</summary>
    public readonly PairPlaces PlacesOf(int row)
    {
        int image = ImageOf(row), pair = Pairs.Remainder(row), second = PairPlaces.SecondOf(pair), plane = Inputs * Count;
        return new PairPlaces(2 * image * plane + pair - second * (second + 1) / 2, (2 * image + 1) * plane + second, image * Inputs);
    }

    /// <summary>The rectified first layer.</summary>
    public readonly float Hidden(PairPlaces places, int f) =>
        IntrinsicMath.Max(Objects[places.First + f * Count] + Objects[places.Second + f * Count] + Context[places.Context + f], 0f);

    /// <summary>What becomes of a sum of the second layer: rectified, or dy where it is above zero.</summary>
    public readonly float Rectified(int row, int g, float sum)
    {
        float z = sum + Bias[g], value = IntrinsicMath.Max(z, 0f);
        if (IsBackward != 0 & z > 0f) value = Dy[ImageOf(row) * Outputs + g];
        return value;
    }

    /// <summary>What becomes of a gradient of the first layer: nothing where that is not above zero.</summary>
    public readonly float Masked(int row, int f, float sum)
    {
        float value = 0f;
        if (Hidden(PlacesOf(row), f) > 0f) value = sum;
        return value;
    }
}

/// <summary>Where what a pair is made of lies.</summary>
internal readonly struct PairPlaces(int first, int second, int context)
{
    public readonly int First = first, Second = second, Context = context;

    /// <summary>
    /// The second object of a pair's number, the largest i with i (i + 1) / 2 up to it. The root of a float may be one off on either side.
    /// </summary>
    public static int SecondOf(int pair)
    {
        int i = (int)((MathF.Sqrt(8f * pair + 1f) - 1f) * 0.5f);
        if (i * (i + 1) / 2 > pair) i--;
        if ((i + 1) * (i + 2) / 2 <= pair) i++;
        return i;
    }
}
