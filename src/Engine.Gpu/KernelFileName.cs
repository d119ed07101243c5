using System.Security.Cryptography;
using System.Text;

namespace JaccardKernels.Engine.Gpu;

/// <summary>Names of files for kernels.</summary>
public static class KernelFileName
{
    // With an extension and a temporary file's suffix this stays below the 143 bytes of encrypted file systems.
    private const int MaxLength = 100;

    /// <summary>
    /// The kernel's name with type arguments set off by '-' and '_': <c>Gemm.Product[Tile16]</c> gives <c>Gemm.Product-Tile16.ptx</c>. A long one is
    /// cut, and ends with eight digits that tell it from others with the same beginning.
    /// </summary>
    public static string Of(string kernel, string extension)
    {
        string safe = string.Concat(kernel.TrimEnd(']').Select(Safe));
        if (safe.Length > MaxLength)
            safe = $"{safe[..(MaxLength - 9)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(kernel)).AsSpan(0, 4))}";
        return safe + extension;
    }

    private static char Safe(char c)
    {
        if (char.IsAsciiLetterOrDigit(c) || c is '.' or '_') return c;
        return c is '<' or '>' ? '_' : '-';
    }
}
