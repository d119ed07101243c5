using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>One float.</summary>
internal readonly struct Float1(float x) : ILanes<Float1>
{
    public readonly float X = x;

    public static int Count => 1;

    public static Float1 Load(ArrayView<float> view, int i) => new(view[i]);

    public static void Store(ArrayView<float> view, int i, Float1 value) => view[i] = value.X;

    public static Float1 Splat(float value) => new(value);

    public static Float1 Sqrt(Float1 value) => new(MathF.Sqrt(value.X));

    public static Float1 Power(Float1 value, float exponent) => new(MathF.Exp(exponent * MathF.Log(value.X)));

    public static Float1 Map<TFunction>(TFunction function, int i, Float1 x)
        where TFunction : struct, IUnary => new(function.Of(i, x.X));

    public static Float1 Map<TFunction>(TFunction function, int i, Float1 x, Float1 y)
        where TFunction : struct, IBinary => new(function.Of(i, x.X, y.X));

    public static Float1 operator +(Float1 a, Float1 b) => new(a.X + b.X);

    public static Float1 operator -(Float1 a, Float1 b) => new(a.X - b.X);

    public static Float1 operator *(Float1 a, Float1 b) => new(a.X * b.X);

    public static Float1 operator /(Float1 a, Float1 b) => new(a.X / b.X);

    public static Float1 operator +(Float1 a, float b) => new(a.X + b);

    public static Float1 operator -(Float1 a, float b) => new(a.X - b);

    public static Float1 operator *(Float1 a, float b) => new(a.X * b);
}
