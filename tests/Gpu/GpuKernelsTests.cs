using JaccardKernels.Gpu;

namespace JaccardKernels.Tests.Gpu;

/// <summary>How kernels are found, on a class made for it.</summary>
public class GpuKernelsTests
{
    [Test]
    public void GenericKernelsAreTheProductOfTheirTypeArguments()
    {
        GpuKernel[] found = [.. GpuKernels.Of(typeof(Sample)).OrderBy(kernel => kernel.Name, StringComparer.Ordinal)];
        Assert.That(found.Select(kernel => (kernel.Name, kernel.GroupSize, kernel.MinimumArchitecture, kernel.TensorCores)), Is.EqualTo(new[]
        {
            ("Sample.Every[Tile16,Int32]", 256, 75, false),
            ("Sample.Every[Tile16,List<Single>]", 256, 75, false),
            ("Sample.Every[Tile4,Int32]", 16, 75, false),
            ("Sample.Every[Tile4,List<Single>]", 16, 75, false),
            ("Sample.Plain", 64, 80, true),
            ("Sample.Some[Int16,Int32]", 256, 75, false),
            ("Sample.Some[Int32,Int16]", 256, 75, false),
        }));
        Assert.That(found.Single(kernel => kernel.Name == "Sample.Some[Int32,Int16]").Method.GetGenericArguments(), Is.EqualTo(new[] { typeof(int), typeof(short) }));
    }

    [Test]
    public void WhatIsMissingIsNamed()
    {
        Assert.That(() => GpuKernels.Of(typeof(WithoutTypes)).ToArray(), Throws.InvalidOperationException.With.Message.Contains("WithoutTypes.Run[T]"));
        Assert.That(
            () => GpuKernels.Of(typeof(WithoutPredicate)).ToArray(),
            Throws.InvalidOperationException.With.Message.EqualTo("kernel WithoutPredicate.Run[T]: there is no static bool Absent(Type[])."));
    }

    [Test]
    public void NamesAreUnique() => Assert.That(GpuKernels.All.Select(kernel => kernel.Name), Is.Unique);

    private static class Sample
    {
        [GpuKernel(GroupSize = 64, MinimumArchitecture = 80, TensorCores = true)]
        internal static void Plain(int o) => _ = o;

        [GpuKernel]
        internal static void Every<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile, [TypeArguments(typeof(int), typeof(List<float>))] TOther>(int o) => _ = o;

        [GpuKernel(Combinations = nameof(AreDifferent))]
        internal static void Some<[TypeArguments(typeof(int), typeof(short))] TA, [TypeArguments(typeof(int), typeof(short))] TB>(int o) => _ = o;

        internal static void NoKernel(int o) => _ = o;

        private static bool AreDifferent(Type[] arguments) => arguments[0] != arguments[1];
    }

    private static class WithoutTypes
    {
        [GpuKernel]
        internal static void Run<T>(int o) => _ = o;
    }

    private static class WithoutPredicate
    {
        [GpuKernel(Combinations = "Absent")]
        internal static void Run<[TypeArguments(typeof(int))] T>(int o) => _ = o;
    }
}
