using System.Security.Cryptography;
using Infrastructure.Postgres;

namespace Worker.Intake.Decoding;

/// <summary>The column by which two messages are known to carry the same order: the first half of SHA-256 over the columns before it.</summary>
internal static class ContentHash
{
    private const int Length = 16;

    // Setting one up costs as much as the hash of a small order.
    [ThreadStatic]
    private static SHA256? _sha;

    /// <summary>Appends the hash of everything from <paramref name="row"/> on, which completes the row.</summary>
    public static void Append(CopyBuffer rows, int row)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        (_sha ??= SHA256.Create()).TryComputeHash(rows.Written.Span[row..], hash, out _);
        rows.WriteUuid(new Guid(hash[..Length], bigEndian: true));
    }
}
