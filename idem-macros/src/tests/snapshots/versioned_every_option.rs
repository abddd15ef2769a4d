#[automatically_derived]
impl my::idem::HasVersion for Product {
    type Version = i64;
    #[allow(clippy::misnamed_getters)]
    fn version(&self) -> &i64 {
        &self.version
    }
}
#[automatically_derived]
impl my::idem::Versioned for Product {
    type VersionColumn = shop::products::row_version;
    type VersionSql = my::idem::__private::SqlTypeOf<Self::VersionColumn>;
    const VERSION: my::idem::__private::VersionColumn = my::idem::__private::increment_or_null::<
        Self::Version,
        Self::VersionColumn,
    >(-1);
    fn table_names() -> ::std::vec::Vec<::std::string::String> {
        my::idem::__private::table_names::<shop::products::table>()
    }
    fn facts() -> my::idem::__private::Facts<Self> {
        #[allow(unused_imports)]
        use my::idem::__private::NotDerived as _;
        let probe = my::idem::__private::Probe::<Self>::new();
        my::idem::__private::Facts::new(probe.idem_version(), probe.idem_deletion())
    }
}
