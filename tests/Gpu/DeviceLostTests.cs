using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using JaccardKernels.Cli;
using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;
using JaccardKernels.Learning;
using JaccardKernels.Problems;
using JaccardKernels.Tests.Files;
using JaccardKernels.Tests.Learning;

namespace JaccardKernels.Tests.Gpu;

/// <summary>A driver that fails in the middle of work: one line at once and for ever, no hang, nothing thrown when all is closed.</summary>
[TestFixtureSource(typeof(GpuKinds), nameof(GpuKinds.All))]
public class DeviceLostTests(string kind)
{
    private static readonly ElementwiseProblem s_problem = new(8);

    private static readonly Dictionary<string, Action<GpuBackend, DeviceBuffer, StagedUpload, StagedDownload>> s_calls = new()
    {
        ["Fill.Assign"] = (backend, buffer, _, _) => backend.Fill(s_problem, 1, buffer.As<float>()),
        ["an upload"] = (backend, buffer, _, _) => backend.Upload<float>(new float[8], buffer.As<float>()),
        ["a download"] = (backend, buffer, _, _) => backend.Download(buffer.As<float>(), new float[8].AsSpan()),
        ["waiting"] = (backend, _, _, _) => backend.Synchronize(),
        ["an allocation"] = (backend, _, _, _) => backend.Allocate(100),
        ["clearing memory"] = (backend, _, _, _) => backend.Allocate(100),
        ["locking pages"] = (backend, _, _, _) => backend.StageUpload(100),
        ["a copy to the device"] = (_, _, upload, _) => upload.Start<float>(new float[8]),
        ["a copy from the device"] = (_, buffer, _, download) => download.Start(buffer.As<float>()),
    };

    public static IEnumerable<string> Calls => s_calls.Keys;

    [TestCaseSource(nameof(Calls))]
    public void EveryLaterCallFailsWithTheSameLine(string call)
    {
        GpuBackend backend = GpuKinds.Open(kind);
        DeviceBuffer buffer = backend.Allocate<float>(8);
        StagedUpload upload = backend.StageUpload<float>(8);
        StagedDownload download = backend.StageDownload<float>(8);
        backend.Fill(s_problem, 3, buffer.As<float>());
        backend.Queue.Fault = what => what == call ? new CLException(CLError.CL_DEVICE_NOT_AVAILABLE) : null;
        string line = Loss(() => s_calls[call](backend, buffer, upload, download));
        Assert.That(line, Is.EqualTo(
            $"{backend.Queue.Accelerator.Name} failed at {call} and cannot be used any more: CL_DEVICE_NOT_AVAILABLE."));
        backend.Queue.Fault = null;
        foreach (Action<GpuBackend, DeviceBuffer, StagedUpload, StagedDownload> later in s_calls.Values)
            Assert.That(Loss(() => later(backend, buffer, upload, download)), Is.EqualTo(line));
        // A kernel that was never compiled, too.
        Assert.That(Loss(() => backend.Copy(s_problem, buffer.As<float>(), buffer.As<float>())), Is.EqualTo(line));
        foreach (IDisposable resource in (IDisposable[])[buffer, upload, download, backend, backend, buffer])
            Assert.That(resource.Dispose, Throws.Nothing);
    }

    [Test]
    public void WhatTheDriverSaysOfEarlierWorkWhileItCompilesIsALoss()
    {
        using GpuBackend backend = GpuKinds.Open(kind);
        using DeviceBuffer buffer = backend.Allocate<float>(8);
        backend.Queue.Fault = what =>
            what is "compiling Tanh.Forward" or "waiting" ? new CudaException("an illegal memory access\n was encountered.") : null;
        Assert.That(
            Loss(() => backend.TanhForward(s_problem, buffer.As<float>(), buffer.As<float>())),
            Does.EndWith("cannot be used any more: an illegal memory access  was encountered.").And.Not.Contains("\n"));
    }

    [Test]
    public void AKernelThatDoesNotCompileLosesNothing()
    {
        using GpuBackend backend = GpuKinds.Open(kind);
        using DeviceBuffer buffer = backend.Allocate<float>(8);
        backend.Fill(s_problem, 3, buffer.As<float>());
        backend.Queue.Fault = what => what == "compiling Tanh.Forward" ? new CLException(CLError.CL_BUILD_PROGRAM_FAILURE) : null;
        Assert.That(
            () => backend.TanhForward(s_problem, buffer.As<float>(), buffer.As<float>()),
            Throws.InvalidOperationException.And.Not.TypeOf<DeviceLostException>().With.Message.Contains("kernel Tanh.Forward does not compile"));
        var values = new float[8];
        backend.Download(buffer.As<float>(), values.AsSpan());
        Assert.That(values, Is.All.EqualTo(3f));
    }

    [Test]
    public void DisposingMayBeTheFirstToLearnOfIt()
    {
        GpuBackend backend = GpuKinds.Open(kind);
        DeviceBuffer buffer = backend.Allocate<float>(8);
        backend.Upload<float>(new float[8], buffer.As<float>());
        backend.Queue.Fault = what => what == "waiting" ? new CLException(CLError.CL_OUT_OF_RESOURCES) : null;
        Assert.That(backend.Dispose, Throws.Nothing);
        Assert.That(buffer.Dispose, Throws.Nothing);
    }

    [Test]
    public void ALossInTrainingIsOneLineAndLeavesTheCheckpoint()
    {
        using var folder = new TemporaryFolder();
        using GpuBackend backend = GpuKinds.Open(kind);
        TrainingOptions options = TinyRun.Unfrozen with { Batch = 4, CheckpointEvery = 1, Network = SmallestNetwork() };
        var run = new RunFolder(folder["run"]);
        int calls = 0;
        var trainer = new Trainer(backend, new TrainingData(TinyRun.Scenes(12), null), options, run)
        {
            Progress = _ => backend.Queue.Fault = what =>
                ++calls > 30 && what == "a copy to the device" ? new CLException(CLError.CL_OUT_OF_RESOURCES) : null,
        };
        var loss = Assert.Throws<DeviceLostException>(() => trainer.Run(resume: false, CancellationToken.None))!;
        Assert.That(File.Exists(run.Checkpoint), Is.True);
        Assert.That(Failure.Describe(loss), Is.EqualTo((ExitCode.Failed, loss.Message)));
        Assert.That(loss.Message, Does.Not.Contain("\n").And.Contains("CL_OUT_OF_RESOURCES"));
    }

    private static EmbeddingNetworkOptions SmallestNetwork() => new() { Channels = [2, 2], Grid = 1, Hidden = 4, Dimensions = 4 };

    private static string Loss(Action call) => Assert.Throws<DeviceLostException>(() => call())!.Message;
}
