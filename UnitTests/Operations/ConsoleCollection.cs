namespace UnitTests.Operations;

/// <summary>Tests that listen to the console, one at a time: there is only one.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ConsoleCollection
{
    public const string Name = "console";
}
