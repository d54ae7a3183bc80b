using System.IO.Hashing;
using Infrastructure.Postgres;

namespace Worker.Intake.Decoding;

/// <summary>The column by which two messages are known to carry the same order: XXH128 of the columns before it.</summary>
internal static class ContentHash
{
    private const int Length = 16;

    /// <summary>Appends the hash of everything from <paramref name="row"/> on, which completes the row.</summary>
    public static void Append(CopyBuffer rows, int row)
    {
        Span<byte> hash = stackalloc byte[Length];
        XxHash128.Hash(rows.Written.Span[row..], hash);
        rows.WriteUuid(new Guid(hash, bigEndian: true));
    }
}
