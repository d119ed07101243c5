using System.Security.Cryptography;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Training;

/// <summary>A model from a run folder or a file, with the input it was trained on and what tells its codes from another's.</summary>
internal sealed class TrainedModel : IDisposable
{
    private const string OriginPrefix = "sha256:";

    private TrainedModel(string path, EmbeddingModel model, ImageInput input) => (Path, Model, Input) = (path, model, input);

    /// <summary>The model's file.</summary>
    public string Path { get; }

    /// <summary>The network.</summary>
    public EmbeddingModel Model { get; }

    /// <summary>How pictures become its input.</summary>
    public ImageInput Input { get; }

    /// <summary>Names of the classes it was trained on.</summary>
    public IReadOnlyList<string> ClassNames => Model.Description.ClassNames;

    /// <summary>Loads what <c>--run</c> names.</summary>
    /// <exception cref="FileNotFoundException">There is no such model.</exception>
    /// <exception cref="InvalidDataException">The file is no model, or does not say how pictures become its input.</exception>
    public static TrainedModel Load(IBackend backend, string run)
    {
        string path = RunFolder.FindModel(run);
        EmbeddingModel model = EmbeddingModel.Load(backend, path);
        try
        {
            return new TrainedModel(path, model, ImageInput.Parse(model.Description.Preprocessing));
        }
        catch (ArgumentException e)
        {
            model.Dispose();
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Opens a data set, its images brought to this model's input.</summary>
    public Dataset Open(string spec, VerbContext context) => DataSpec.Parse(spec).WithInput(Input).Open(context.Note);

    /// <summary>What an index keeps of the model that made its codes: the SHA-256 of the model's file, and the file's name for people.</summary>
    public string Origin()
    {
        using FileStream file = File.OpenRead(Path);
        return $"{OriginPrefix}{Convert.ToHexStringLower(SHA256.HashData(file))} {System.IO.Path.GetFileName(Path)}";
    }

    /// <summary>Refuses an index whose codes another model made.</summary>
    /// <param name="index">The index file, for messages.</param>
    /// <param name="origin">What it says of its codes.</param>
    /// <returns>False where the index does not name a model.</returns>
    /// <exception cref="ArgumentException">Another model made the codes.</exception>
    public bool RequireOrigin(string index, string origin)
    {
        if (!origin.StartsWith(OriginPrefix, StringComparison.Ordinal)) return false;
        string own = Origin();
        return origin.Split(' ')[0] == own.Split(' ')[0]
            ? true
            : throw new ArgumentException($"{index}: its codes were made by another model, {origin}; {Path} is {own}.");
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
