namespace UnitTests.Support;

/// <summary>How an attempt to store fails.</summary>
internal enum StoreFault
{
    None,

    /// <summary>Nothing is stored.</summary>
    Before,

    /// <summary>All is stored, and the answer is lost.</summary>
    After,
}
