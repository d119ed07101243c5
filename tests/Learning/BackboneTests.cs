using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Learning;

public sealed class BackboneTests
{
    private static readonly TrainingOptions s_cosine = TinyRun.Options with { Similarity = SimilarityKind.Cosine };

    private TemporaryFolder _folder = null!;
    private HostBackend _backend = null!;

    [SetUp]
    public void SetUp() => (_folder, _backend) = (new TemporaryFolder(), new HostBackend(1));

    [TearDown]
    public void TearDown()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void ABackboneTakenOverIsTheOneThatWouldHaveBeenTrained()
    {
        Trainer jaccard = Trainer(TinyRun.Options, "jaccard");
        using EmbeddingModel first = jaccard.Run(resume: false, CancellationToken.None)!;
        using EmbeddingModel second = Trainer(s_cosine, "cosine", jaccard).Run(resume: false, CancellationToken.None)!;
        RunResult own = TinyRun.Train(_folder["own"], s_cosine), taken = TinyRun.Result(_folder["cosine"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(taken.Model.AsSpan().SequenceEqual(own.Model), Is.True, "as with a pretraining of its own");
            Assert.That(taken.Metrics, Does.Not.Contain("pretraining"));
            for (int i = 0; i < first.Parameters.Count; i++)
            {
                ParameterSpec spec = first.Parameters.Spec(i);
                Assert.That(second.Parameters.Download(i).SequenceEqual(first.Parameters.Download(i)),
                    Is.EqualTo(EmbeddingNetwork.IsBackbone(spec)), spec.Name);
            }
        }
    }

    [Test]
    public void ARunThatTookABackboneOverResumes()
    {
        Trainer jaccard = Trainer(TinyRun.Options, "jaccard");
        jaccard.Run(resume: false, CancellationToken.None)!.Dispose();
        Trainer(s_cosine, "whole", jaccard).Run(resume: false, CancellationToken.None)!.Dispose();
        using var stop = new CancellationTokenSource();
        var stopped = new Trainer(_backend, TinyRun.Data(), s_cosine, new RunFolder(_folder["parts"]))
        {
            Backbone = jaccard,
            Progress = m => Stop(m.Step == 7),
        };
        Assert.That(stopped.Run(resume: false, stop.Token), Is.Null);
        // The checkpoint holds the backbone: whoever resumes need not have the run it came from.
        Trainer(s_cosine, "parts").Run(resume: true, CancellationToken.None)!.Dispose();
        TinyRun.Result(_folder["parts"]).AssertSame(TinyRun.Result(_folder["whole"]));

        void Stop(bool now)
        {
            if (now) stop.Cancel();
        }
    }

    [Test]
    public void AFrozenBackboneKeepsItsPretrainedWeights()
    {
        // What pretraining left behind is in the checkpoint of its last step.
        using var stop = new CancellationTokenSource();
        var trainer =
            new Trainer(_backend, TinyRun.Data(), TinyRun.Options, new RunFolder(_folder["run"])) { Preparing = (_, _, _) => stop.Cancel() };
        Assert.That(trainer.Run(resume: false, stop.Token), Is.Null);
        SafetensorsFile pretrained = SafetensorsFile.Read(new RunFolder(_folder["run"]).Checkpoint);
        using EmbeddingModel model = Trainer(TinyRun.Options, "run").Run(resume: true, CancellationToken.None)!;
        int compared = 0;
        for (int i = 0; i < model.Parameters.Count; i++)
        {
            if (!EmbeddingNetwork.IsBackbone(model.Parameters.Spec(i))) continue;
            Assert.That(model.Parameters.Download(i), Is.EqualTo(pretrained[$"classifier.{model.Parameters.Spec(i).Name}"].ToSingle()));
            compared++;
        }
        Assert.That(compared, Is.EqualTo(2 * 5), "a convolution, and scale, shift, mean and variance of its normalisation");
    }

    [Test]
    public void AnUnfinishedRunHasNoBackboneToGive() => Assert.That(
        () => Trainer(s_cosine, "cosine", Trainer(TinyRun.Options, "jaccard")).Run(resume: false, CancellationToken.None),
        Throws.InvalidOperationException.With.Message.Contains("has not finished"));

    private Trainer Trainer(TrainingOptions options, string folder, Trainer? backbone = null) =>
        new(_backend, TinyRun.Data(), options, new RunFolder(_folder[folder])) { Backbone = backbone };
}
