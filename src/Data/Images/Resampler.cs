using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>
/// Resizes interleaved 8-bit pictures from one size to another: along each axis bilinear where it enlarges (half-pixel centres, edges
/// repeated) and the exact area average where it reduces. All arithmetic is in integers, so results are the same bits on every machine,
/// and a picture of one colour keeps it. Safe for several threads.
/// </summary>
public sealed class Resampler
{
    // Weights of one output sum to exactly 2^14; the horizontal pass keeps 6 fraction bits, the vertical pass divides the remaining 2^20.
    private const int WeightBits = 14;
    private const int KeptBits = 6;

    [ThreadStatic]
    private static int[]? s_rows;

    private readonly Axis _horizontal;
    private readonly Axis _vertical;

    /// <summary>Prepares the weights.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1 or above 65535.</exception>
    public Resampler(int sourceWidth, int sourceHeight, int width, int height)
    {
        _horizontal = new Axis(sourceWidth, width);
        _vertical = new Axis(sourceHeight, height);
    }

    /// <summary>Resizes one picture; allocates only when a thread meets a larger picture than before.</summary>
    /// <param name="source">Rows of [sourceWidth,channels] bytes, <paramref name="sourceStride"/> bytes apart.</param>
    /// <param name="sourceStride">Bytes from one source row to the next, at least sourceWidth x channels.</param>
    /// <param name="channels">Bytes per pixel.</param>
    /// <param name="target">[height,width,channels], overwritten.</param>
    public void Resize(ReadOnlySpan<byte> source, int sourceStride, int channels, Span<byte> target)
    {
        int width = _horizontal.Outputs, rowLength = width * channels;
        Guard.Length(target.Length, _vertical.Outputs * rowLength);
        int sourceLength = _horizontal.Inputs * channels;
        if (sourceStride < sourceLength || source.Length < (_vertical.Inputs - 1) * sourceStride + sourceLength)
        {
            throw new ArgumentException(
                $"source has {source.Length} bytes of stride {sourceStride}; there must be {_horizontal.Inputs} x {_vertical.Inputs} pixels.",
                nameof(source));
        }

        int needed = _vertical.Inputs * rowLength;
        int[] rows = s_rows is { } kept && kept.Length >= needed ? kept : s_rows = new int[needed];
        for (int y = 0; y < _vertical.Inputs; y++)
            _horizontal.FilterRow(source.Slice(y * sourceStride, sourceLength), channels, rows.AsSpan(y * rowLength, rowLength));
        for (int y = 0; y < _vertical.Outputs; y++)
            _vertical.FilterColumns(rows, rowLength, y, target.Slice(y * rowLength, rowLength));
    }

    /// <summary>Resizes a whole picture.</summary>
    public static RgbImage Resize(RgbImage image, int width, int height)
    {
        if (image.Width == width && image.Height == height) return image;
        var resized = new RgbImage(width, height);
        new Resampler(image.Width, image.Height, width, height).Resize(image.Pixels, image.Width * 3, 3, resized.Pixels);
        return resized;
    }

    private sealed class Axis
    {
        private readonly int[] _start;
        private readonly int[] _taps;
        private readonly int[] _offset;
        private readonly int[] _weights;

        public Axis(int inputs, int outputs)
        {
            if (inputs is < 1 or > 65535 || outputs is < 1 or > 65535)
                throw new ArgumentOutOfRangeException(
                    nameof(outputs), $"cannot resize {inputs} pixels to {outputs}; the range of a side is 1 to 65535.");
            Inputs = inputs;
            Outputs = outputs;
            _start = new int[outputs];
            _taps = new int[outputs];
            _offset = new int[outputs];
            var weights = new List<int>(2 * Math.Max(inputs, outputs));
            for (int o = 0; o < outputs; o++)
            {
                _offset[o] = weights.Count;
                if (outputs >= inputs) AddBilinear(o, weights);
                else AddArea(o, weights);
                _taps[o] = weights.Count - _offset[o];
            }
            _weights = [.. weights];
        }

        public int Inputs { get; }

        public int Outputs { get; }

        public void FilterRow(ReadOnlySpan<byte> source, int channels, Span<int> target)
        {
            for (int o = 0, d = 0; o < Outputs; o++)
            {
                ReadOnlySpan<int> weights = _weights.AsSpan(_offset[o], _taps[o]);
                ReadOnlySpan<byte> pixels = source[(_start[o] * channels)..];
                for (int c = 0; c < channels; c++, d++)
                {
                    int sum = 0;
                    for (int t = 0, s = c; t < weights.Length; t++, s += channels) sum += weights[t] * pixels[s];
                    target[d] = sum >> (WeightBits - KeptBits);
                }
            }
        }

        public void FilterColumns(ReadOnlySpan<int> rows, int rowLength, int output, Span<byte> target)
        {
            const int Shift = WeightBits + KeptBits;
            ReadOnlySpan<int> weights = _weights.AsSpan(_offset[output], _taps[output]);
            ReadOnlySpan<int> first = rows[(_start[output] * rowLength)..];
            for (int x = 0; x < target.Length; x++)
            {
                int sum = 1 << (Shift - 1);
                for (int t = 0, s = x; t < weights.Length; t++, s += rowLength) sum += weights[t] * first[s];
                target[x] = (byte)(sum >> Shift);
            }
        }

        // Output o has its centre at (o + 1/2) inputs/outputs - 1/2 in units of input pixels.
        private void AddBilinear(int o, List<int> weights)
        {
            long numerator = (2L * o + 1) * Inputs - Outputs;
            long place = Math.Clamp(numerator, 0, 2L * Outputs * (Inputs - 1));
            int left = (int)(place / (2L * Outputs));
            int right = (int)(((place % (2L * Outputs)) << WeightBits) / (2L * Outputs));
            _start[o] = left;
            weights.Add((1 << WeightBits) - right);
            if (right > 0) weights.Add(right);
        }

        // Output o covers [o inputs, (o + 1) inputs) in units of 1/outputs input pixels. Weights are differences of one rounded running
        // total, so their sum is exact.
        private void AddArea(int o, List<int> weights)
        {
            long begin = (long)o * Inputs, end = begin + Inputs;
            int first = (int)(begin / Outputs), last = (int)((end - 1) / Outputs);
            _start[o] = first;
            long before = 0;
            for (int i = first; i <= last; i++)
            {
                long covered = Math.Min(end, (i + 1L) * Outputs) - begin;
                long total = ((covered << WeightBits) + Inputs / 2) / Inputs;
                weights.Add((int)(total - before));
                before = total;
            }
        }
    }
}
