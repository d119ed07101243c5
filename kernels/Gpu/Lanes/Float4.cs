using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>Four floats, loaded and stored by one 128-bit access (<c>ld.global.v4.f32</c>): their memory must be aligned to 16 bytes.</summary>
internal readonly struct Float4(float x, float y, float z, float w) : ILanes<Float4>
{
    public readonly float X = x, Y = y, Z = z, W = w;

    public static int Count => 4;

    /// <summary>The four lanes' sum, in pairs.</summary>
    public float Sum => (X + Y) + (Z + W);

    public static Float4 Load(ArrayView<float> view, int i) => view.Cast<Float4>()[i];

    public static void Store(ArrayView<float> view, int i, Float4 value) => view.Cast<Float4>()[i] = value;

    public static Float4 Splat(float value) => new(value, value, value, value);

    public static Float4 Sqrt(Float4 value) => new(MathF.Sqrt(value.X), MathF.Sqrt(value.Y), MathF.Sqrt(value.Z), MathF.Sqrt(value.W));

    public static Float4 Power(Float4 value, float exponent) => new(
        MathF.Exp(exponent * MathF.Log(value.X)), MathF.Exp(exponent * MathF.Log(value.Y)),
        MathF.Exp(exponent * MathF.Log(value.Z)), MathF.Exp(exponent * MathF.Log(value.W)));

    public static Float4 Map<TFunction>(TFunction function, int i, Float4 x)
        where TFunction : struct, IUnary =>
        new(function.Of(4 * i, x.X), function.Of(4 * i + 1, x.Y), function.Of(4 * i + 2, x.Z), function.Of(4 * i + 3, x.W));

    public static Float4 Map<TFunction>(TFunction function, int i, Float4 x, Float4 y)
        where TFunction : struct, IBinary => new(
        function.Of(4 * i, x.X, y.X), function.Of(4 * i + 1, x.Y, y.Y), function.Of(4 * i + 2, x.Z, y.Z), function.Of(4 * i + 3, x.W, y.W));

    public static Float4 operator +(Float4 a, Float4 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);

    public static Float4 operator -(Float4 a, Float4 b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z, a.W - b.W);

    public static Float4 operator *(Float4 a, Float4 b) => new(a.X * b.X, a.Y * b.Y, a.Z * b.Z, a.W * b.W);

    public static Float4 operator /(Float4 a, Float4 b) => new(a.X / b.X, a.Y / b.Y, a.Z / b.Z, a.W / b.W);

    public static Float4 operator +(Float4 a, float b) => new(a.X + b, a.Y + b, a.Z + b, a.W + b);

    public static Float4 operator -(Float4 a, float b) => new(a.X - b, a.Y - b, a.Z - b, a.W - b);

    public static Float4 operator *(Float4 a, float b) => new(a.X * b, a.Y * b, a.Z * b, a.W * b);
}
