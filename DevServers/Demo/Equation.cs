namespace DevServers.Demo;

/// <summary>One line of the books: a claim and the numbers it was checked with.</summary>
internal sealed record Equation(string Claim, string Numbers, bool Holds);
