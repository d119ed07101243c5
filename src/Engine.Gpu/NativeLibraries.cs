using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using JaccardKernels.Gpu;

namespace JaccardKernels.Engine.Gpu;

/// <summary>
/// Finds the drivers' libraries under the names they have. ILGPU asks for the unversioned ones, which are part of development packages: in a
/// container with only libcuda.so.1 or libOpenCL.so.1 its devices would silently be missing.
/// </summary>
internal static class NativeLibraries
{
    private static readonly Lock Gate = new();
    private static bool _installed;

    /// <summary>Makes ILGPU, and the imports of the kernels' assembly, find the libraries; once is enough, more is harmless.</summary>
    public static void Install()
    {
        lock (Gate)
        {
            if (_installed) return;
            NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, Resolve);
            NativeLibrary.SetDllImportResolver(typeof(DriverNames).Assembly, ResolveDriver);
            _installed = true;
        }
    }

    /// <summary>The CUDA driver, or 0.</summary>
    public static nint Cuda() => Load(OperatingSystem.IsWindows() ? "nvcuda" : "cuda");

    /// <summary>The OpenCL loader, or 0.</summary>
    public static nint OpenCl() => Load("OpenCL");

    // 0 leaves the name to the runtime's own search.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name is "cuda" or "OpenCL" ? Load(name) : 0;

    private static nint ResolveDriver(string name, Assembly assembly, DllImportSearchPath? path) => name switch
    {
        DriverNames.Cuda => Cuda(),
        DriverNames.OpenCl => OpenCl(),
        _ => 0,
    };

    private static nint Load(string name)
    {
        string[] candidates = OperatingSystem.IsLinux() ? [$"lib{name}.so.1", name] : [name];
        foreach (string candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, typeof(Context).Assembly, null, out nint handle)) return handle;
        }
        return 0;
    }
}
