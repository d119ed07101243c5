using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Training;

/// <summary>The queries and the database of a data set as a network embeds them, and their labels.</summary>
internal sealed record EmbeddedSplits(EmbeddingMatrix Query, EmbeddingMatrix Database, LabelMatrix QueryLabels, LabelMatrix DatabaseLabels)
{
    /// <summary>Embeds both.</summary>
    public static EmbeddedSplits Create(VerbContext context, EmbeddingModel model, Dataset data, bool tenCrops = false) => new(
        Embed(context, model, data.Query, tenCrops), Embed(context, model, data.Database, tenCrops), data.Query.ToLabelMatrix(),
        data.Database.ToLabelMatrix());

    /// <summary>Embeds one set, its images whole or as the mean of ten crops.</summary>
    public static EmbeddingMatrix Embed(VerbContext context, EmbeddingModel model, IImageSet set, bool tenCrops = false)
    {
        Func<IImageSet, int, Action<int>?, CancellationToken, float[]> embed = tenCrops ? model.EmbedTenCrops : model.Embed;
        float[] values = embed(
            set, Math.Max(1, Environment.ProcessorCount / 2), done => context.Progress.Report(() => $"embedding {set.Name} {done}/{set.Count}"),
            context.Cancellation);
        context.Progress.Clear();
        return new EmbeddingMatrix(values, model.Dimensions, set.Name);
    }

    /// <summary>The sign codes of the queries and of the database.</summary>
    public (PackedCodes Query, PackedCodes Database) Codes(IBackend backend) => (
        PackedCodes.FromEmbeddings(backend, Query.Values, Query.Dimensions),
        PackedCodes.FromEmbeddings(backend, Database.Values, Database.Dimensions));

    /// <summary>Measures of the sign codes by Hamming distance.</summary>
    public EvaluationReport EvaluateCodes(IBackend backend, EvaluationOptions options)
    {
        (PackedCodes query, PackedCodes database) = Codes(backend);
        return Evaluation.OfCodes(backend, query, database, QueryLabels, DatabaseLabels, options);
    }

    /// <summary>
    /// Measures of codes that are learned on the database: signs by Hamming distance; others by squared distance of real queries to what a code
    /// stands for, from look-up tables.
    /// </summary>
    public EvaluationReport EvaluateCodes(IBackend backend, QuantizerSpec spec, EvaluationOptions options)
    {
        const EmbeddingDistance Distance = EmbeddingDistance.SquaredEuclidean;
        Quantizer quantizer = spec.Train(backend, Database.Values, Database.Dimensions);
        byte[] database = quantizer.Encode(backend, Database.Values);
        if (quantizer is SignQuantizer)
        {
            byte[] query = quantizer.Encode(backend, Query.Values);
            return Evaluation.OfCodes(
                backend, PackedCodes.FromBytes(query, quantizer.Bits), PackedCodes.FromBytes(database, quantizer.Bits), QueryLabels, DatabaseLabels,
                options);
        }
        float[] tables = quantizer.Codebooks.Tables(backend, Query.Values, Distance);
        var codes = new TableCodes(database, quantizer.Codebooks.Count, quantizer.Codebooks.Terms(database, Distance));
        return Evaluation.OfTables(backend, tables, codes, QueryLabels, DatabaseLabels, options);
    }

    /// <summary>Measures of the embeddings by squared Euclidean distance.</summary>
    public EvaluationReport EvaluateEmbeddings(IBackend backend, EvaluationOptions options) =>
        Evaluation.OfEmbeddings(backend, Query, Database, EmbeddingDistance.SquaredEuclidean, QueryLabels, DatabaseLabels, options);
}
