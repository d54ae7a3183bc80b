namespace Worker.Intake;

/// <summary>Copies of message bodies, one behind the other: the memory that a delivery came in is used again at once.</summary>
internal sealed class BodyBuffer(int initialCapacity)
{
    private byte[] _bytes = new byte[initialCapacity];

    public int Length { get; private set; }

    /// <summary>Appends a body and returns where it starts.</summary>
    public int Append(ReadOnlySpan<byte> body)
    {
        var start = Length;
        if (start + body.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(start + body.Length, _bytes.Length * 2));
        }

        body.CopyTo(_bytes.AsSpan(start));
        Length += body.Length;
        return start;
    }

    public ReadOnlyMemory<byte> Slice(int start, int length) => _bytes.AsMemory(start, length);

    /// <summary>Forgets all bodies, and memory beyond <paramref name="keepCapacity"/> bytes.</summary>
    public void Reset(int keepCapacity)
    {
        Length = 0;
        if (_bytes.Length > keepCapacity)
        {
            _bytes = new byte[keepCapacity];
        }
    }
}
