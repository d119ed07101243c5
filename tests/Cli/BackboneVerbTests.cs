using System.Text.Json;
using JaccardKernels.Cli;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

/// <summary><c>jk train --backbone</c> with weights of others.</summary>
public sealed class BackboneVerbTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        File.WriteAllText(_folder["options.json"], """{ "network": { "hidden": 16, "dimensions": 16, "grid": 2 }, "featureVariants": 1, "steps": 3, "batch": 16 }""");
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCaseSource(typeof(SharedData), nameof(SharedData.Folders))]
    public void PhotosAreEmbeddedByAHeadOnPretrainedFeatures(string data)
    {
        string weights = $"{data}/models/mobilenet_v2_035_224_float32/weights.safetensors", run = _folder["run"];
        string photos = $"csv:{data}/coco256_320/labels_counts.csv,images={data}/coco256_320/images_max320.zip";
        JkRunner.Run(
            "train", "--data", photos, "--backbone", "mobilenet-v2", "--width", "0.35", "--weights", weights, "--config", _folder["options.json"], "--out", run,
            "--device", "host", "--json").Json();
        string options = File.ReadAllText(Path.Combine(run, "options.json"));
        using var backend = new HostBackend(1);
        using EmbeddingModel model = EmbeddingModel.Load(backend, Path.Combine(run, "model.safetensors"));
        SafetensorsFile file = SafetensorsFile.Read(weights);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(options, Does.Contain("\"backbone\": \"MobilenetV2\"").And.Contain("\"style\": \"Keras\"").And.Contain("\"pretrainingEpochs\": 0"));
            Assert.That(model.Description.Preprocessing, Is.EqualTo("c3h224w224-unit-stretch"), "what the network was made for");
            Assert.That(Parameter(model, "features.0.1.weight"), Is.EqualTo(file["bn_Conv1/gamma"].ToSingle()));
            Assert.That(Parameter(model, "features.18.1.running_var"), Is.EqualTo(file["Conv_1_bn/moving_variance"].ToSingle()));
        }
        // The run knows its data and its backbone.
        JsonElement again = JkRunner.Run("train", "--resume", "--out", run, "--device", "host", "--json").Json();
        Assert.That(again.GetProperty("chosenBy").GetString(), Is.EqualTo("last step of training"));
    }

    [Test]
    public void WhatCannotBeIsRefused()
    {
        string[] train = ["train", "--data", TinyScenes.Spec, "--config", _folder["options.json"], "--out", _folder["none"], "--device", "host"];
        JkRunner.Run([.. train, "--backbone", "lenet"]).AssertFailed(ExitCode.Usage, "--backbone is 'lenet'", "alexnet2012", "mobilenet-v2");
        JkRunner.Run([.. train, "--backbone", "resnet18", "--weights", _folder["absent.safetensors"]]).AssertFailed(ExitCode.Failed, "absent.safetensors");
        JkRunner.Run([.. train, "--backbone", "mobilenet-v2", "--width", "17"]).AssertFailed(ExitCode.Usage, "width is 17");
        File.WriteAllText(_folder["torn.safetensors"], "torn");
        JkRunner.Run([.. train, "--backbone", "resnet18", "--weights", _folder["torn.safetensors"]]).AssertFailed(ExitCode.Failed, "torn.safetensors");
        Assert.That(Directory.Exists(_folder["none"]), Is.False, "nothing was written");
    }

    private static float[] Parameter(EmbeddingModel model, string name) =>
        model.Parameters.Download(Enumerable.Range(0, model.Parameters.Count).Single(i => model.Parameters.Spec(i).Name == name));
}
