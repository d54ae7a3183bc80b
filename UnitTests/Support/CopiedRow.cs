using Contracts;

namespace UnitTests.Support;

/// <summary>A row read back from COPY's bytes.</summary>
/// <param name="Order">Its values.</param>
/// <param name="Lines">The text of its <c>jsonb</c>.</param>
/// <param name="ContentHash">Its last column.</param>
internal sealed record CopiedRow(OrderSubmitted Order, string Lines, Guid ContentHash);
