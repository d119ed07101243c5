using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Gpu;

/// <summary>Copies through page-locked memory: in any number of pieces, in order with the work, and independent of the caller's memory.</summary>
[TestFixtureSource(typeof(GpuKinds), nameof(GpuKinds.All))]
public class StagingRingTests(string kind)
{
    private GpuBackend _backend = null!;

    [OneTimeSetUp]
    public void Open() => _backend = GpuKinds.Open(kind);

    [OneTimeTearDown]
    public void Close() => _backend.Dispose();

    [TestCase(1, 64)]
    [TestCase(64, 64)]
    [TestCase(65, 64)]
    [TestCase(1000, 64)]
    [TestCase(1000, 7)]
    [TestCase(1000, 4096)]
    public unsafe void PiecesOfAnySizeArriveAtTheirPlace(int length, int blockBytes)
    {
        const int Offset = 13;
        using DeviceBuffer buffer = _backend.Allocate(length + 2 * Offset);
        using var ring = new StagingRing(_backend.Queue, blockBytes);
        byte[] values = [.. Enumerable.Range(0, length).Select(i => (byte)(1 + CounterRandom.Bits(7, i) % 255))], result = new byte[length];
        fixed (byte* from = values, to = result)
        {
            ring.Upload(from, _backend.Own(buffer).Memory, Offset, length);
            ring.Download(_backend.Own(buffer).Memory, Offset, to, length);
        }
        Assert.That(result, Is.EqualTo(values));
        var all = new byte[length + 2 * Offset];
        _backend.Download(buffer.As<byte>(), all.AsSpan());
        Assert.That(all, Is.EqualTo((byte[])[.. new byte[Offset], .. values, .. new byte[Offset]]));
    }

    [Test]
    public void MoreThanARingOfTheBackendsBlocksRoundTrips()
    {
        // Five blocks of 2 MiB and a part of one.
        int length = (5 << 19) + 12345;
        float[] values = [.. Enumerable.Range(0, length).Select(i => i * 0.5f)], result = new float[length];
        using DeviceBuffer buffer = _backend.Allocate<float>(length);
        _backend.Upload<float>(values, buffer.As<float>());
        _backend.Download(buffer.As<float>(), result.AsSpan());
        Assert.That(result.AsSpan().SequenceEqual(values), Is.True);
    }

    [Test]
    public void SourceMayBeReusedAndDestinationMayBeInUse()
    {
        const int Rounds = 20, Length = 1000;
        var problem = new ElementwiseProblem(Length);
        using DeviceBuffer x = _backend.Allocate<float>(Length), sum = _backend.Allocate<float>(Length);
        float[] source = new float[Length], result = new float[Length];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < Length; i++) source[i] = round * i;
            _backend.Upload<float>(source, x.As<float>());
            _backend.Add(problem, x.As<float>(), sum.As<float>(), sum.As<float>());
            source.AsSpan().Fill(float.NaN);
        }
        _backend.Download(sum.As<float>(), result.AsSpan());
        Assert.That(result, Is.EqualTo(Enumerable.Range(0, Length).Select(i => (float)(i * Rounds * (Rounds - 1) / 2))));
    }
}
