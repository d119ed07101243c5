using System.CommandLine;
using JaccardKernels.Cli.Training;
using JaccardKernels.Engine;
using JaccardKernels.Onnx;

namespace JaccardKernels.Cli.Verbs;

/// <summary>What <c>jk export</c> reports.</summary>
/// <param name="Model">The model.</param>
/// <param name="File">What was written.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Input">The shape of an image.</param>
/// <param name="Dimensions">Of an embedding.</param>
/// <param name="Preprocessing">How an image becomes the input.</param>
internal sealed record ExportReport(string Model, string File, long Bytes, string Input, int Dimensions, string Preprocessing);

/// <summary><c>jk export</c>.</summary>
internal sealed class ExportVerb : Verb
{
    private readonly Option<string> _run, _onnx;

    public ExportVerb()
        : base(
            "export",
            "Writes a trained network as an ONNX model, for other engines: 'input' float32 [batch,C,H,W] to 'output' float32 [batch,D] in [-1,1].",
            "jk export --run weights/scenes.safetensors --onnx scenes.onnx",
            "jk export --run runs/photos --onnx photos.onnx --json")
    {
        _run = Required<string>("--run", "RUN", "A run folder or a model file.");
        _onnx = Required<string>("--onnx", "M.onnx", "Where the model goes.");
    }

    public override void Run(VerbContext context)
    {
        using var backend = new HostBackend(1);
        using TrainedModel model = TrainedModel.Load(backend, context.Get(_run));
        string path = context.Get(_onnx);
        OnnxExport.Write(model.Model.Parameters, path, System.IO.Path.GetFileNameWithoutExtension(path));
        var report = new ExportReport(
            model.Path, path, new FileInfo(path).Length, $"{model.Model.Parameters.Network.Input}", model.Model.Dimensions,
            model.Model.Description.Preprocessing);
        context.Report(report, JkJson.Default.ExportReport, console => console.WriteFacts(
            ("exported", $"{report.Model}: images {report.Input} to {report.Dimensions} dimensions"),
            ("images", report.Preprocessing.Length > 0 ? report.Preprocessing : "as the network was trained on"),
            ("written", $"{report.File}, {report.Bytes} bytes, ONNX opset 17")));
    }
}
