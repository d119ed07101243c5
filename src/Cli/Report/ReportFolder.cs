using System.Text.Json;
using JaccardKernels.Data;
using JaccardKernels.Engine;

namespace JaccardKernels.Cli.Report;

/// <summary>A report on disk: <c>index.html</c>, one page that needs nothing else; <c>report.json</c>; and with pictures <c>sheet.png</c>.</summary>
internal static class ReportFolder
{
    /// <summary>Writes the files, each atomically, the page last; the folder is made if it does not exist.</summary>
    /// <returns>The path of the page.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static string Write(string folder, ReportDocument document)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.WriteAllText(Path.Combine(folder, "report.json"), JsonSerializer.Serialize(document, ReportJson.Default.ReportDocument));
        if (document.Pictures.Count > 0)
            AtomicFile.WriteAllBytes(Path.Combine(folder, "sheet.png"), ImageCodec.Default.EncodePng(ReportSheet.Draw(document)));
        string page = Path.Combine(folder, "index.html");
        AtomicFile.WriteAllText(page, HtmlPage.Write(document));
        return page;
    }
}
