using JaccardKernels.Engine.Gpu;
using JaccardKernels.Learning;
using JaccardKernels.Tests.Files;
using JaccardKernels.Tests.Learning;

namespace JaccardKernels.Tests.Gpu;

/// <summary>Training on a device whose inputs travel ahead when they are loaded in time: the same bits whether they are or not.</summary>
public class TrainingTests
{
    [TestCaseSource(typeof(GpuKinds), nameof(GpuKinds.Devices))]
    public void TheSameBitsWhateverTravelsAhead(string kind)
    {
        foreach (string name in (string[])["batch-all from scratch", "graded"])
        {
            using var folder = new TemporaryFolder();
            RunResult whole = Train(folder["quick"], TinyRun.Named(name), loaderThreads: 4, slow: false, stopAt: null);
            // Each batch is late: nothing travels ahead.
            Train(folder["slow"], TinyRun.Named(name), loaderThreads: 1, slow: true, stopAt: null).AssertSame(whole);
            // Stopped with a batch on its way, and resumed.
            Train(folder["parts"], TinyRun.Named(name), loaderThreads: 2, slow: false, stopAt: 9).AssertSame(whole);
        }

        RunResult Train(string path, TrainingOptions options, int loaderThreads, bool slow, int? stopAt)
        {
            SyntheticImages scenes = TinyRun.Scenes(), tiles = TinyRun.Tiles();
            if (slow) scenes.OnLoad = tiles.OnLoad = _ => Thread.Sleep(2);
            using GpuBackend backend = GpuKinds.Open(kind);
            using var stop = new CancellationTokenSource();
            var trainer = new Trainer(backend, new TrainingData(scenes, tiles), options, new RunFolder(path), loaderThreads)
            {
                Progress = metrics =>
                {
                    if (metrics.Step == stopAt && metrics.Phase == "embedding") stop.Cancel();
                },
            };
            using EmbeddingModel? model = trainer.Run(resume: false, stop.Token);
            Assert.That(model is null, Is.EqualTo(stopAt is not null));
            if (model is not null) return TinyRun.Result(path);
            using EmbeddingModel? resumed = new Trainer(backend, new TrainingData(scenes, tiles), options, new RunFolder(path), loaderThreads)
                .Run(resume: true, CancellationToken.None);
            return TinyRun.Result(path);
        }
    }
}
