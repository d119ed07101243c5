namespace JaccardKernels.Problems;

/// <summary>The arithmetic of sliding windows.</summary>
internal static class Window
{
    /// <summary>Positions of a window of <paramref name="kernel"/> taps over a line padded on both sides, and by trail more at its end; rounded down.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The window exceeds the padded line.</exception>
    public static int Output(string axis, int size, int kernel, int stride, int pad, int dilation, int trail = 0)
    {
        long reach = ((long)kernel - 1) * dilation + 1, padded = size + 2L * pad + trail;
        return reach <= padded
            ? (int)((padded - reach) / stride) + 1
            : throw new ArgumentOutOfRangeException(axis, $"a kernel reaching over {reach} exceeds the padded {axis} of {padded}.");
    }
}
