using JaccardKernels.Host;

namespace JaccardKernels.Tests.Host;

/// <summary>What kernels and the engine keep their operands in.</summary>
[TestFixture]
public unsafe class HostMemoryTests
{
    // A large block begins at a large page, which the system can only then give.
    [TestCase(0, 256)]
    [TestCase(1000, 256)]
    [TestCase((2 << 20) - 1, 256)]
    [TestCase(2 << 20, 2 << 20)]
    [TestCase((5 << 20) + 3, 2 << 20)]
    public void BlocksAreAlignedAndZero(int bytes, int alignment)
    {
        using var memory = new HostMemory((nuint)bytes);
        Assert.That((long)memory.Start % alignment, Is.Zero);
        var span = new Span<byte>(memory.Start, bytes);
        Assert.That(span.ContainsAnyExcept((byte)0), Is.False);
        span.Fill(1);
        memory.Dispose();
        Assert.That(memory.Start is null, "freed");
        memory.Dispose();
    }

    [Test]
    public void ScratchMemoryGrowsAndIsReused()
    {
        using var scratch = new ScratchMemory();
        float* first = scratch.Get<float>(1 << 20);
        Assert.That(scratch.Get<double>(1000) == (double*)first, "a smaller request gets the same memory");
        float* larger = scratch.Get<float>(3 << 20);
        Assert.That((long)larger % 256, Is.Zero);
        larger[(3 << 20) - 1] = 1;
        Assert.That(scratch.Get<byte>(12 << 20) == (byte*)larger);
    }
}
