using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Gpu;

/// <summary>Transfers in two steps, on every backend: beside the work, and yet as if they were in order with it.</summary>
[TestFixtureSource(nameof(Kinds))]
public class StagedTransferTests(string kind)
{
    private const int Length = 3000, Rounds = 25;

    private static readonly ElementwiseProblem s_problem = new(Length);

    private IBackend _backend = null!;

    public static IEnumerable<string> Kinds => ["host", "reference", .. GpuKinds.All];

    [OneTimeSetUp]
    public void Open() => _backend = OpenKind();

    [OneTimeTearDown]
    public void Close() => _backend.Dispose();

    [Test]
    public void ALoopWithBothDirectionsAheadGivesWhatAPlainOneGives()
    {
        using DeviceBuffer x = _backend.Allocate<float>(Length), sum = _backend.Allocate<float>(Length);
        using StagedUpload upload = _backend.StageUpload<float>(Length);
        using StagedDownload download = _backend.StageDownload<float>(Length);
        float[] source = new float[Length], result = new float[Length];
        List<float[]> results = [];
        Start(0);
        for (int round = 0; round < Rounds; round++)
        {
            upload.Place(x.As<float>());
            _backend.Add(s_problem, x.As<float>(), sum.As<float>(), sum.As<float>());
            if (round + 1 < Rounds) Start(round + 1);
            if (round > 0) Finish();
            download.Start(sum.As<float>());
        }
        Finish();
        for (int round = 0; round < Rounds; round++)
            Assert.That(results[round], Is.EqualTo(Enumerable.Range(0, Length).Select(i => (float)((i % 100) * (round + 1) * (round + 2) / 2))));

        void Start(int round)
        {
            for (int i = 0; i < Length; i++) source[i] = i % 100 * (round + 1);
            upload.Start<float>(source);
            source.AsSpan().Fill(float.NaN);
        }

        void Finish()
        {
            download.Finish(result.AsSpan());
            results.Add([.. result]);
        }
    }

    [Test]
    public void OperandsKeepTheirValuesUntilPlacedAndAfterTaken()
    {
        using DeviceBuffer x = _backend.Allocate<float>(Length), copy = _backend.Allocate<float>(Length);
        using StagedUpload upload = _backend.StageUpload<float>(Length);
        using StagedDownload download = _backend.StageDownload<float>(Length);
        float[] ones = new float[Length], result = new float[Length];
        ones.AsSpan().Fill(1);
        _backend.Fill(s_problem, 7, x.As<float>());
        upload.Start<float>(ones);
        _backend.Copy(s_problem, x.As<float>(), copy.As<float>());
        upload.Place(x.As<float>());
        download.Start(x.As<float>());
        _backend.Fill(s_problem, -1, x.As<float>());
        download.Finish(result.AsSpan());
        Assert.That(result, Is.All.EqualTo(1f));
        _backend.Download(copy.As<float>(), result.AsSpan());
        Assert.That(result, Is.All.EqualTo(7f));
        _backend.Download(x.As<float>(), result.AsSpan());
        Assert.That(result, Is.All.EqualTo(-1f));
    }

    [Test]
    public void PartsAndOffsetsAndNothingTravel()
    {
        using DeviceBuffer buffer = _backend.Allocate<ulong>(8);
        using StagedUpload upload = _backend.StageUpload<ulong>(4);
        using StagedDownload download = _backend.StageDownload<ulong>(8);
        upload.Start<ulong>([5, 6, 7, 8]);
        upload.Start<ulong>([1, ulong.MaxValue]);
        upload.Place(buffer.Slice<ulong>(24, 2));
        upload.Start<ulong>([]);
        upload.Place(default(DeviceSpan<ulong>));
        download.Start(default(DeviceSpan<ulong>));
        download.Finish(Span<ulong>.Empty);
        download.Start(buffer.As<ulong>());
        var result = new ulong[8];
        download.Finish(result.AsSpan());
        Assert.That(result, Is.EqualTo(new ulong[] { 0, 0, 0, 1, ulong.MaxValue, 0, 0, 0 }));
        download.Start(buffer.Slice<ulong>(32, 1));
        download.Finish(result.AsSpan(0, 1));
        Assert.That(result[0], Is.EqualTo(ulong.MaxValue));
    }

    [Test]
    public void MisuseIsSaid()
    {
        using DeviceBuffer buffer = _backend.Allocate<int>(8);
        using StagedUpload upload = _backend.StageUpload<int>(4);
        using StagedDownload download = _backend.StageDownload<int>(4);
        Assert.That(() => upload.Place(buffer.As<int>()), Throws.InvalidOperationException);
        Assert.That(() => download.Finish(new int[4].AsSpan()), Throws.InvalidOperationException);
        Assert.That(() => upload.Start<int>(new int[5]), Throws.ArgumentException.With.Message.Contains("20 bytes").And.Message.Contains("16"));
        Assert.That(() => download.Start(buffer.As<int>()), Throws.ArgumentException.With.Message.Contains("32 bytes").And.Message.Contains("16"));
        upload.Start<int>([1, 2, 3, 4]);
        Assert.That(() => upload.Place(buffer.As<int>()), Throws.ArgumentException.With.Message.Contains("16 bytes").And.Message.Contains("32"));
        upload.Place(buffer.Slice<int>(0, 4));
        Assert.That(() => upload.Place(buffer.Slice<int>(0, 4)), Throws.InvalidOperationException);
        download.Start(buffer.Slice<int>(0, 4));
        Assert.That(
            () => download.Finish(new int[3].AsSpan()), Throws.ArgumentException.With.Message.Contains("16 bytes").And.Message.Contains("12"));
        Assert.That(() => _backend.StageUpload(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void WarmTransfersAllocateNothing()
    {
        // The simulator runs its threads on managed memory, but copies as the others do.
        using DeviceBuffer buffer = _backend.Allocate<float>(Length);
        using StagedUpload upload = _backend.StageUpload<float>(Length);
        using StagedDownload download = _backend.StageDownload<float>(Length);
        var values = new float[Length];
        long allocated = 0;
        for (int round = 0; round < 20; round++)
        {
            if (round == 10) allocated = GC.GetAllocatedBytesForCurrentThread();
            upload.Start<float>(values);
            upload.Place(buffer.As<float>());
            download.Start(buffer.As<float>());
            download.Finish(values.AsSpan());
            _backend.Upload<float>(values, buffer.As<float>());
            _backend.Download(buffer.As<float>(), values.AsSpan());
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - allocated, Is.Zero);
    }

    [Test]
    public void TheyMayOutliveTheirBackend()
    {
        IBackend backend = OpenKind();
        StagedUpload upload = backend.StageUpload(100);
        StagedDownload download = backend.StageDownload(100);
        upload.Start<byte>(new byte[100]);
        backend.Dispose();
        Assert.That(upload.Dispose, Throws.Nothing);
        Assert.That(download.Dispose, Throws.Nothing);
        Assert.That(download.Dispose, Throws.Nothing);
    }

    private IBackend OpenKind() => kind switch
    {
        "host" => new HostBackend(1),
        "reference" => new ReferenceBackend(),
        _ => GpuKinds.Open(kind),
    };
}
