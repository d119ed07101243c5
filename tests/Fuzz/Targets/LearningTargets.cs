using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;

namespace JaccardKernels.Fuzz;

/// <summary>What training leaves in safetensors files.</summary>
internal static class LearningTargets
{
    private static readonly EmbeddingNetworkOptions s_tiny = new() { Channels = [2], Grid = 1, Hidden = 2, Dimensions = 2 };

    private static readonly IReadOnlyList<byte[]> s_words = FuzzTarget.WordsOf(
        "dtype shape data_offsets __metadata__ F32 F16 F64 I32 U8 [] [0] [1,2] {} null true false hidden dimensions channels "
        + "grid repeats cells backbone head both rn fc width style scene alexnet vgg16 squeezenet mobilenetV2 torchvision keras height "
        + "pairUnits sumUnits dropout classNames similarity network seed steps 0 1 2 3");

    /// <summary>A model: description, weights, and what a caller may rely on.</summary>
    public static FuzzTarget Model(string name)
    {
        var scratch = new Scratch();
        var backend = new HostBackend(1);
        string path = scratch["model.safetensors"];
        return OfSafetensors(name, scratch, path, [.. Models(scratch, backend)], () =>
        {
            using EmbeddingModel model = EmbeddingModel.Load(backend, path);
            ModelDescription d = model.Description;
            if (d.ClassNames.Any(c => c is null) || !Enum.IsDefined(d.Similarity) || model.Dimensions < 1 || d.TrainedOn is null)
                throw new InvalidOperationException("the description was read and is not sound");
        }, backend);
    }

    /// <summary>Weights by name, by a map of names and layouts, and of a model of this library.</summary>
    public static FuzzTarget Weights(string name)
    {
        var scratch = new Scratch();
        var backend = new HostBackend(1);
        var b = new NetworkBuilder(new SampleShape(2, 4, 4));
        b.FullyConnected("fc", b.Convolution("depth", b.BatchNormalization("norm", b.Convolution("conv", b.Input, 4, 2)), 4, 1, groups: 2), 2);
        var parameters = new ParameterStore(backend, b.Build(), 1);
        var scene = new ParameterStore(backend, EmbeddingNetwork.Whole(new SampleShape(3, 4, 4), s_tiny), 1);
        byte[] torch = scratch.BytesOf(file => Written(file, f => ParameterFile.Add(f, parameters)));
        byte[] keras = scratch.BytesOf(file => Written(file, f =>
        {
            for (int i = 0; i < parameters.Count; i++)
            {
                WeightSource source = FromKeras(parameters.Spec(i));
                int[] shape = [.. parameters.Spec(i).Shape];
                if (source.Layout == WeightLayout.Hwio) shape = [shape[2], shape[3], shape[1], shape[0]];
                if (source.Layout == WeightLayout.InOut) shape = [shape[1], shape[0]];
                f.Add<float>(source.Tensor, parameters.Download(i), shape);
            }
        }));
        return new FuzzTarget(name, bytes =>
        {
            SafetensorsFile file = SafetensorsFile.Read(new MemoryStream(bytes), "fuzz.safetensors");
            if (file.Metadata.Count > 0) PublishedBackbone.LoadWeights(file, scene, s_tiny);
            else WeightImport.Load(file, parameters, file.TryGet("conv/kernel", out _) ? FromKeras : null);
        })
        {
            Seeds = [torch, keras, .. Models(scratch, backend).Take(1)], MessageStart = "fuzz.safetensors: ",
            Refusals = [typeof(ArgumentException)], Words = s_words,
            Text = SafetensorsBytes.Header, Reseal = SafetensorsBytes.Reseal, Structure = SafetensorsBytes.Mutate, Owned = [parameters, scene, backend, scratch],
        };
    }

    /// <summary>The checkpoint of a run, from which a step is taken.</summary>
    public static FuzzTarget Checkpoint(string name)
    {
        var scratch = new Scratch();
        var run = new CheckpointRun(scratch);
        string path = scratch["checkpoint.safetensors"];
        return OfSafetensors(name, scratch, path, [run.Bytes(steps: 3), run.Bytes(steps: 1)], () => run.Resume(path), run);
    }

    /// <summary>Features of a frozen backbone.</summary>
    public static FuzzTarget Features(string name)
    {
        var scratch = new Scratch();
        string path = scratch["features.safetensors"];
        byte[][] seeds = [scratch.BytesOf(file => CheckpointRun.WriteFeatures(file, 2)), scratch.BytesOf(file => CheckpointRun.WriteFeatures(file, 1))];
        return OfSafetensors(name, scratch, path, seeds, () =>
        {
            if (FeatureCache.Load(path, "these") is { } features && (features.Count < 1 || features[features.Count - 1, 1].Length != features.Shape.Length))
                throw new InvalidOperationException("the features were read and are not sound");
        });
    }

    /// <summary>A quantizer, which then encodes.</summary>
    public static FuzzTarget Quantizers(string name)
    {
        var scratch = new Scratch();
        var backend = new HostBackend(1);
        string path = scratch["quantizer.safetensors"];
        float[] embeddings = [.. Enumerable.Range(0, 64).Select(i => 2 * CounterRandom.Uniform(5, i) - 1)];
        byte[][] seeds = [.. ((string[])["composite:8", "product:8", "sign:8", "itq:8"]).Select(text =>
        {
            QuantizerSpec spec = QuantizerSpec.Parse(text);
            int dimensions = spec.Kind is QuantizerKind.Sign or QuantizerKind.Itq ? 8 : 1;
            return scratch.BytesOf(spec.Train(backend, embeddings, dimensions).Save);
        })];
        return OfSafetensors(name, scratch, path, seeds, () =>
        {
            Quantizer quantizer = Quantizer.Load(path);
            if (quantizer.Dimensions <= embeddings.Length) _ = quantizer.Encode(backend, embeddings.AsSpan(0, quantizer.Dimensions));
        }, backend);
    }

    private static FuzzTarget OfSafetensors(
        string name, Scratch scratch, string path, IReadOnlyList<byte[]> seeds, Action read, params IDisposable[] owned) => new(name, bytes =>
    {
        File.WriteAllBytes(path, bytes);
        read();
    })
    {
        Seeds = seeds, MessageStart = $"{path}: ", Words = s_words, Text = SafetensorsBytes.Header, Reseal = SafetensorsBytes.Reseal,
        Structure = SafetensorsBytes.Mutate, Owned = [.. owned, scratch],
    };

    private static IEnumerable<byte[]> Models(Scratch scratch, HostBackend backend)
    {
        EmbeddingNetworkOptions both = s_tiny with { Head = HeadKind.Both, PairUnits = 2, SumUnits = 2, Cells = [2], Repeats = 2 };
        foreach (EmbeddingNetworkOptions network in (EmbeddingNetworkOptions[])[s_tiny, both])
        {
            using var model = new EmbeddingModel(backend, new ModelDescription
            {
                Channels = 3, Height = 4, Width = 4, ClassNames = ["a", "b"], Similarity = SimilarityKind.MultisetJaccard, TrainedOn = "nothing",
                Network = network,
            }, seed: 1);
            yield return scratch.BytesOf(model.Save);
        }
    }

    private static void Written(string path, Action<SafetensorsFile> fill)
    {
        var file = new SafetensorsFile(path);
        fill(file);
        file.Write(path);
    }

    private static WeightSource FromKeras(ParameterSpec spec) => spec.Name switch
    {
        "conv.weight" => new("conv/kernel", WeightLayout.Hwio),
        "fc.weight" => new("fc/kernel", WeightLayout.InOut),
        _ => new(spec.Name.Replace('.', '/')),
    };
}
