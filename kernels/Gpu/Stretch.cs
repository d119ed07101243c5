using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>How elements enter a state that a thread keeps.</summary>
internal interface IFold<TState>
    where TState : unmanaged
{
    /// <summary>Takes in element <paramref name="i"/>.</summary>
    TState One(TState state, int i);

    /// <summary>Takes in elements <c>4 i</c> to <c>4 i + 3</c>.</summary>
    TState Four(TState state, int i);
}

/// <summary>The sum of some values.</summary>
internal readonly struct SumOf(ArrayView<float> values) : IFold<float>
{
    private readonly ArrayView<float> _values = values;

    public float One(float state, int i) => state + _values[i];

    public float Four(float state, int i) => state + Float4.Load(_values, i).Sum;
}

/// <summary>Neighbouring elements that some threads fold together.</summary>
internal static class Stretch
{
    /// <summary>
    /// Folds this thread's share of elements <paramref name="start"/> to <paramref name="end"/> - 1: every 128-bit word that lies inside as one, and
    /// one by one the up to three elements before the first and behind the last. So planes of 49 floats are read in full width too.
    /// </summary>
    /// <param name="fold">What is folded.</param>
    /// <param name="state">The state so far.</param>
    /// <param name="start">The first element.</param>
    /// <param name="end">The one behind the last.</param>
    /// <param name="vectorised">0 where the memory is not aligned: all elements one by one.</param>
    /// <param name="lane">This thread's number among those that share the stretch.</param>
    /// <param name="lanes">How many these are.</param>
    public static TState Fold<TState, TFold>(TFold fold, TState state, int start, int end, int vectorised, int lane, int lanes)
        where TState : unmanaged
        where TFold : struct, IFold<TState>
    {
        int head = end, tail = end;
        if (vectorised != 0 && (start + 3) / 4 < end / 4) (head, tail) = ((start + 3) / 4 * 4, end / 4 * 4);
        for (int i = start + lane; i < head; i += lanes) state = fold.One(state, i);
        for (int i = head / 4 + lane; i < tail / 4; i += lanes) state = fold.Four(state, i);
        for (int i = tail + lane; i < end; i += lanes) state = fold.One(state, i);
        return state;
    }

    /// <summary>The threads, a power of two up to <paramref name="most"/>, that have a word each of a stretch of <paramref name="length"/>.</summary>
    public static int Lanes(int length, bool vectorised, int most)
    {
        int each = vectorised ? Float4.Count : 1, lanes = 1;
        while (lanes < most && 2 * lanes * each <= length) lanes *= 2;
        return lanes;
    }
}
