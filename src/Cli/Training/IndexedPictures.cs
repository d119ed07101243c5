using JaccardKernels.Data;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Training;

/// <summary>The pictures behind the names in an index.</summary>
internal static class IndexedPictures
{
    /// <summary>Finds pictures by name in all splits of a data set.</summary>
    /// <exception cref="ArgumentException">The data set has no picture of some name.</exception>
    public static IReadOnlyDictionary<string, RgbImage> Find(Dataset data, IReadOnlySet<string> names)
    {
        var found = new Dictionary<string, RgbImage>(StringComparer.Ordinal);
        foreach (IImageSet set in new[] { data.Database, data.Query, data.Train })
        {
            if (set is not IDisplayImages pictures) continue;
            for (int i = 0; i < set.Count && found.Count < names.Count; i++)
                if (names.Contains(set.Id(i)) && !found.ContainsKey(set.Id(i))) found.Add(set.Id(i), pictures.Display(i));
        }
        string? missing = names.Order(StringComparer.Ordinal).FirstOrDefault(name => !found.ContainsKey(name));
        return missing is null ? found : throw new ArgumentException($"{data.Name}: has no picture '{missing}', which the index names.");
    }
}
