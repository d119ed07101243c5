using System.Diagnostics;
using JaccardKernels.Cli.Verbs;
using JaccardKernels.Engine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Training;

/// <summary>What is searched for, and what is known of it.</summary>
/// <param name="Codes">The queries as codes; null where an index takes embeddings and there are these alone.</param>
/// <param name="Embeddings">The queries as embeddings; null for codes from a file.</param>
/// <param name="Pictures">The pictures they were made of; null for those from a file.</param>
/// <param name="Model">What made them; null for those from a file.</param>
internal sealed record SearchQueries(PackedCodes? Codes, EmbeddingMatrix? Embeddings = null, PictureFiles? Pictures = null, TrainedModel? Model = null) : IDisposable
{
    /// <summary>How long it took to decode and embed the pictures; null for codes from a file.</summary>
    public double? EmbedSeconds { get; init; }

    /// <summary>How many.</summary>
    public int Count => Codes?.Count ?? Embeddings!.Count;

    /// <summary>Their labels, as many classes as the index has, if known.</summary>
    public LabelMatrix? Labels { get; init; }

    /// <summary>Embeds pictures for an index.</summary>
    /// <param name="context">Where notes go.</param>
    /// <param name="backend">Where to compute.</param>
    /// <param name="files">The pictures.</param>
    /// <param name="run">The model.</param>
    /// <param name="index">What they will be searched in.</param>
    /// <exception cref="ArgumentException">Another model made the index's codes.</exception>
    /// <exception cref="InvalidDataException">A file is not a picture; the message names it.</exception>
    public static SearchQueries Embed(
        VerbContext context, IBackend backend, IReadOnlyList<string> files, string run, SearchedIndexes index)
    {
        TrainedModel model = TrainedModel.Load(backend, run);
        try
        {
            if (!model.RequireOrigin(index.Path, index.Origin))
                context.Note($"{index.Path} does not say which model made its codes; {model.Path} is taken on trust.");
            long start = Stopwatch.GetTimestamp();
            var pictures = new PictureFiles(files, model.Input);
            EmbeddingMatrix embeddings = EmbeddedSplits.Embed(context, model.Model, pictures);
            var codes = PackedCodes.FromEmbeddings(backend, embeddings.Values, embeddings.Dimensions);
            return new SearchQueries(codes, embeddings, pictures, model) { EmbedSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Model?.Dispose();
}
