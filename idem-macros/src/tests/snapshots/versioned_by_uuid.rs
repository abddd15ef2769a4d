#[automatically_derived]
impl ::idem_diesel::HasVersion for Product {
    type Version = uuid::Uuid;
    #[allow(clippy::misnamed_getters)]
    fn version(&self) -> &uuid::Uuid {
        &self.lock_version
    }
}
#[automatically_derived]
impl ::idem_diesel::Versioned for Product {
    type VersionColumn = products::lock_version;
    type VersionSql = ::idem_diesel::__private::SqlTypeOf<Self::VersionColumn>;
    const VERSION: ::idem_diesel::__private::VersionColumn = ::idem_diesel::__private::uuid::<
        Self::Version,
        Self::VersionColumn,
    >();
    fn table_names() -> ::std::vec::Vec<::std::string::String> {
        ::idem_diesel::__private::table_names::<products::table>()
    }
    fn facts() -> ::idem_diesel::__private::Facts<Self> {
        #[allow(unused_imports)]
        use ::idem_diesel::__private::NotDerived as _;
        let probe = ::idem_diesel::__private::Probe::<Self>::new();
        ::idem_diesel::__private::Facts::new(probe.idem_version(), probe.idem_deletion())
    }
}
