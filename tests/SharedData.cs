namespace JaccardKernels.Tests;

/// <summary>Real data beside the checkout, where there is some: tests that read it exist only there.</summary>
internal static class SharedData
{
    /// <summary>The folder, or nothing.</summary>
    public static IEnumerable<string> Folders()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string data = Path.Combine(at.FullName, "shared", "data");
            if (!Directory.Exists(data)) continue;
            yield return data;
            yield break;
        }
    }
}
