using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Gpu;

[TestFixtureSource(typeof(GpuKinds), nameof(GpuKinds.All))]
public class GpuBackendTests(string kind)
{
    private GpuBackend _backend = null!;

    [OneTimeSetUp]
    public void Open() => _backend = GpuKinds.Open(kind);

    [OneTimeTearDown]
    public void Close() => _backend.Dispose();

    [Test]
    public void FreshMemoryIsZeroEvenWhereOthersWrote()
    {
        for (int i = 0; i < 3; i++)
        {
            using DeviceBuffer buffer = _backend.Allocate<int>(1000);
            var values = new int[1000];
            values.AsSpan().Fill(-1);
            _backend.Download(buffer.As<int>(), values.AsSpan());
            Assert.That(values, Is.All.Zero);
            values.AsSpan().Fill(7);
            _backend.Upload<int>(values, buffer.As<int>());
        }
    }

    [Test]
    public void SlicesOfEveryTypeRoundTrip()
    {
        using DeviceBuffer buffer = _backend.Allocate(4096);
        RoundTrip<byte>(buffer, 3, [1, 2, 255]);
        RoundTrip<float>(buffer, 256, [1.5f, -0f, float.Epsilon]);
        RoundTrip<int>(buffer, 516, [int.MinValue, 0, 1]);
        RoundTrip<long>(buffer, 1024, [long.MinValue, -1]);
        RoundTrip<ulong>(buffer, 2056, [ulong.MaxValue, 1UL << 63]);
    }

    [Test]
    public void EmptyBufferAndSpansAreAllowed()
    {
        using DeviceBuffer buffer = _backend.Allocate(0);
        _backend.Upload<float>([], buffer.As<float>());
        _backend.Download(default(DeviceSpan<float>), []);
        Assert.That(buffer.Bytes, Is.Zero);
    }

    [Test]
    public void MoreThanTheDeviceHasIsRefusedWithBothNumbers()
    {
        using DeviceBuffer some = _backend.Allocate(1024);
        Assert.That(
            () => _backend.Allocate(long.MaxValue),
            Throws.TypeOf<InsufficientMemoryException>().With.Message.Contains($"{long.MaxValue} bytes").And.Message.Contains("free"));
    }

    [Test]
    public void LengthsThatDifferAreRefused()
    {
        using DeviceBuffer buffer = _backend.Allocate<float>(8);
        Assert.That(() => _backend.Upload<float>([1, 2, 3], buffer.As<float>()), Throws.ArgumentException);
        Assert.That(() => _backend.Download(buffer.As<float>(), new float[9].AsSpan()), Throws.ArgumentException);
        Assert.That(() => _backend.Fill(new ElementwiseProblem(9), 1, buffer.As<float>()), Throws.ArgumentException);
    }

    [Test]
    public void MemoryOfAnotherBackendIsRefused()
    {
        using var host = new HostBackend(1);
        using DeviceBuffer foreign = host.Allocate<float>(8), own = _backend.Allocate<float>(8);
        Assert.That(
            () => _backend.Copy(new ElementwiseProblem(8), foreign.As<float>(), own.As<float>()),
            Throws.ArgumentException.With.Message.Contains("another backend"));
    }

    [Test]
    public void FreedMemoryIsRefused()
    {
        DeviceBuffer buffer = _backend.Allocate<float>(8);
        DeviceSpan<float> span = buffer.As<float>();
        buffer.Dispose();
        buffer.Dispose();
        Assert.That(() => _backend.Fill(new ElementwiseProblem(8), 1, span), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void BufferMayOutliveItsBackend()
    {
        GpuBackend backend = GpuKinds.Open(kind);
        DeviceBuffer buffer = backend.Allocate<float>(8);
        backend.Dispose();
        backend.Dispose();
        Assert.That(buffer.Dispose, Throws.Nothing);
    }

    [Test]
    public void AnotherThreadMayTakeOver()
    {
        using DeviceBuffer buffer = _backend.Allocate<float>(100);
        var values = new float[100];
        var thread = new Thread(() =>
        {
            _backend.Fill(new ElementwiseProblem(100), 3, buffer.As<float>());
            _backend.Download(buffer.As<float>(), values.AsSpan());
        });
        thread.Start();
        thread.Join();
        Assert.That(values, Is.All.EqualTo(3f));
    }

    private void RoundTrip<T>(DeviceBuffer buffer, long offset, T[] values)
        where T : unmanaged
    {
        var result = new T[values.Length];
        _backend.Upload<T>(values, buffer.Slice<T>(offset, values.Length));
        _backend.Download(buffer.Slice<T>(offset, values.Length), result.AsSpan());
        Assert.That(result, Is.EqualTo(values));
    }
}
