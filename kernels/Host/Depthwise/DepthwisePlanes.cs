using System.Runtime.CompilerServices;

namespace JaccardKernels.Host;

/// <summary>The planes of a depthwise convolution: one a filter and image.</summary>
internal unsafe struct DepthwisePlanes
{
    /// <summary>Planes of a task.</summary>
    public const int OfTask = 4;

    public int Planes, Filters, FiltersOfChannel, Height, Width, OutputHeight, OutputWidth, Stride, PadH, PadW;

    /// <summary>Taps are taken from the last to the first; outputs are held between 0 and a ceiling.</summary>
    public bool Turned, Relu;

    public float Ceiling;

    public float* X, W, Bias, Y;

    public ThreadTeam Team;
}

/// <summary>Rows of a plane as three taps find them, whatever lies beyond its borders.</summary>
internal readonly unsafe struct DepthwiseLines<TLanes>
    where TLanes : struct, ILanes<TLanes, float>
{
    private readonly DepthwisePlanes _planes;
    private readonly int _reach, _low, _high;
    private readonly float* _none, _copy;

    /// <summary>Prepares what the planes of a task share, in memory of <see cref="Length"/> elements.</summary>
    public DepthwiseLines(in DepthwisePlanes planes, float* memory)
    {
        _planes = planes;
        _reach = Reach(planes);
        Whole = GemmBlocking.RoundUp(planes.OutputWidth, TLanes.Count);
        int line = planes.Width + 2 * _reach;
        _none = memory + _reach;
        Inside = memory + line;
        _copy = Inside + 4 * Whole + _reach;
        // A row of zeros, of which a vector may read some before and behind.
        new Span<float>(memory, line).Clear();
        for (int ow = 0; ow < Whole; ow++)
        {
            bool exists = ow < planes.OutputWidth;
            for (int s = 0; s < 3; s++) Inside[s * Whole + ow] = exists && (uint)(ow * planes.Stride - planes.PadW + s) < (uint)planes.Width ? 1f : 0f;
            Inside[3 * Whole + ow] = exists ? 1f : 0f;
        }
        // Between these, all taps of all lanes are inside.
        (_low, _high) = (GemmBlocking.Covering(planes.PadW, planes.Stride), planes.Width + planes.PadW < 3 ? 0 : Math.Min((planes.Width - 3 + planes.PadW) / planes.Stride + 1, planes.OutputWidth));
    }

    /// <summary>For each of the three taps, 1 where it is inside of the row and 0 elsewhere; then 1 where there is an output.</summary>
    public readonly float* Inside;

    /// <summary>Outputs of a row, in whole vectors.</summary>
    public readonly int Whole;

    /// <summary>Elements of memory.</summary>
    public static nint Length(in DepthwisePlanes planes) =>
        planes.Width + (nint)planes.Height * planes.Width + 4 * Reach(planes) + 4 * GemmBlocking.RoundUp(planes.OutputWidth, TLanes.Count);

    /// <summary>A channel of an image. Vectors read beyond a plane, which must not be beyond all of them: there it is copied.</summary>
    public float* Plane(int source)
    {
        int length = _planes.Height * _planes.Width;
        float* x = _planes.X + (nint)source * length;
        if ((long)source * length >= _reach && ((long)_planes.Planes / _planes.FiltersOfChannel - 1 - source) * length >= _reach) return x;
        LineCopy.Copy(x, _copy, length);
        return _copy;
    }

    /// <summary>A row of a plane; zeros above and below.</summary>
    public float* Row(float* plane, int h) => (uint)h < (uint)_planes.Height ? plane + (nint)h * _planes.Width : _none;

    /// <summary>All taps of a vector of outputs are inside.</summary>
    public bool IsInside(int ow) => ow >= _low && ow + TLanes.Count <= _high;

    private static int Reach(in DepthwisePlanes planes) => planes.Stride * TLanes.Count + 2 + planes.PadW;
}

/// <summary>How the pixels under a tap are read for neighbouring outputs.</summary>
internal unsafe interface IPixelStep
{
    static abstract TLanes Load<TLanes>(float* source)
        where TLanes : struct, ILanes<TLanes, float>;
}

/// <summary>Without strides.</summary>
internal readonly unsafe struct EveryPixel : IPixelStep
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(float* source)
        where TLanes : struct, ILanes<TLanes, float> => TLanes.Load(source);
}

/// <summary>With a stride of 2.</summary>
internal readonly unsafe struct EverySecondPixel : IPixelStep
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(float* source)
        where TLanes : struct, ILanes<TLanes, float> => TLanes.LoadEverySecond(source);
}
