using System.Collections.Frozen;

namespace JaccardKernels.Engine.Gpu;

/// <summary>What an instruction is counted as.</summary>
public enum InstructionKind
{
    /// <summary>FFMA.</summary>
    Ffma,

    /// <summary>HMMA and IMMA, the tensor cores.</summary>
    Mma,

    /// <summary>POPC.</summary>
    Popc,

    /// <summary>LDS and LDSM: loads from shared memory.</summary>
    Lds,

    /// <summary>LDG and LDGSTS: loads from memory, the latter into shared memory.</summary>
    Ldg,

    /// <summary>STS: stores to shared memory.</summary>
    Sts,

    /// <summary>STG, RED, ATOM: stores to memory and atomic operations on it.</summary>
    Stg,

    /// <summary>LDL and STL: local memory, where no kernel should be.</summary>
    Local,

    /// <summary>Integer arithmetic, logic and comparison, for addresses mostly.</summary>
    Integer,

    /// <summary>Float additions and multiplications, special functions, moves, branches, barriers.</summary>
    Other,
}

/// <summary>Sorts instructions.</summary>
public static class InstructionKinds
{
    private static readonly FrozenSet<string> s_integer = FrozenSet.Create(
        "IADD", "IADD3", "IMAD", "IMUL", "IDP", "ISETP", "IMNMX", "VIMNMX", "IABS", "ISCADD", "LEA", "LOP3", "SHF", "SHL", "SHR", "PRMT", "SEL",
        "SGXT", "BMSK", "UIADD3", "UIMAD", "UISETP", "ULEA", "ULOP3", "USHF", "UPRMT", "USEL", "USGXT", "UBMSK", "VABSDIFF", "VABSDIFF4");

    /// <summary>The kind of an instruction.</summary>
    public static InstructionKind Of(SassInstruction instruction) => instruction.Name switch
    {
        "FFMA" => InstructionKind.Ffma,
        "HMMA" or "IMMA" => InstructionKind.Mma,
        "POPC" => InstructionKind.Popc,
        "LDS" or "LDSM" => InstructionKind.Lds,
        "LDG" or "LDGSTS" => InstructionKind.Ldg,
        "STS" => InstructionKind.Sts,
        "STG" or "RED" or "ATOM" or "ATOMG" => InstructionKind.Stg,
        "LDL" or "STL" => InstructionKind.Local,
        _ => s_integer.Contains(instruction.Name) ? InstructionKind.Integer : InstructionKind.Other,
    };
}
